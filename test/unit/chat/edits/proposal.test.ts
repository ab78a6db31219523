import assert from "node:assert/strict";
import fc from "fast-check";
import { accepted, allAccepted, fits, follow, type Proposal, rejected, shownHunks } from "../../../../src/chat/edits/proposal";

function propose(base: string, proposed: string): Proposal {
  return { base, current: base, proposed };
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

describe("a proposal whose file changes", () => {
  const base = lines("one", "two", "three", "four", "five", "six", "seven");
  const proposal = propose(base, lines("one", "TWO", "three", "four", "five", "SIX", "seven"));

  it("takes over what is changed elsewhere, so that accepting does not take it back", () => {
    const current = lines("zero", "one", "two", "three", "FOUR", "five", "six", "seven");
    const now = follow(proposal, current);
    assert.equal(now.proposed, lines("zero", "one", "TWO", "three", "FOUR", "five", "SIX", "seven"));
    assert.equal(shownHunks(now).length, 2);
    assert.deepEqual(allAccepted(now), { text: now.proposed, left: 0 });
  });

  it("refuses the change whose lines were changed, and takes the others", () => {
    const current = lines("one", "2", "three", "four", "five", "six", "seven");
    const now = follow(proposal, current);
    const [first, second] = shownHunks(now);
    assert.deepEqual([fits(now, first!), fits(now, second!)], [false, true]);
    assert.throws(() => accepted(now, first!), /These lines have changed/);
    assert.equal(accepted(now, second!), current.replace("six", "SIX"));
    assert.deepEqual(allAccepted(now), { text: current.replace("six", "SIX"), left: 1 });
  });

  it("fits again when what was changed is taken back", () => {
    const now = follow(follow(proposal, base.replace("two", "2")), base);
    assert.equal(allAccepted(now).left, 0);
    assert.equal(allAccepted(now).text, proposal.proposed);
  });

  it("is rid of a change that does not fit when it is rejected", () => {
    const current = base.replace("two", "2");
    const now = follow(proposal, current);
    const after = rejected(now, shownHunks(now)[0]!);
    assert.equal(after.proposed, current.replace("six", "SIX"));
    assert.deepEqual(allAccepted(after), { text: current.replace("six", "SIX"), left: 0 });
  });

  it("settles what the person changed in the same way", () => {
    const now = follow(proposal, base.replace("two", "TWO"));
    assert.equal(shownHunks(now).length, 1);
    assert.equal(allAccepted(now).left, 0);
  });

  it("is settled as a whole when the file is what was proposed", () => {
    const now = follow(proposal, proposal.proposed);
    assert.deepEqual([shownHunks(now), now.base], [[], proposal.proposed]);
  });

  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 10 }).map((all) => all.join("\n"));

  it("never loses what the person changed, and takes the whole proposal where they changed nothing", () => {
    fc.assert(
      fc.property(text, text, text, (before, proposed, current) => {
        const now = follow(propose(before, proposed), current);
        const { text: result, left } = allAccepted(now);
        if (current === before) assert.deepEqual([result, left], [proposed, 0]);
        if (proposed === before) assert.deepEqual([result, left], [current, 0], "nothing was proposed, so nothing changes");
        if (left === 0) assert.equal(result, now.proposed);
      }),
      { numRuns: 1000 },
    );
  });

  it("comes to the same when all hunks that fit are accepted one by one", () => {
    fc.assert(
      fc.property(text, text, (before, proposed) => {
        let now = propose(before, proposed);
        for (let hunk = shownHunks(now).at(-1); hunk; hunk = shownHunks(now).at(-1)) now = { ...now, ...settle(accepted(now, hunk)) };
        assert.equal(now.current, proposed);
      }),
      { numRuns: 300 },
    );
  });
});

function settle(text: string): Pick<Proposal, "base" | "current"> {
  return { base: text, current: text };
}
