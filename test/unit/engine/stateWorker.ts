/** A process of its own for the tests of shared and interrupted folders: `stateWorker.mjs ROLE FOLDER SEED`. */
import { NativeLlama } from "../../../src/engine/llama";
import type { SequencePort } from "../../../src/engine/runtime";
import type { SavedStates } from "../../../src/engine/states/savedStates";
import { Random } from "../../fixtures/random";
import { FakeRow } from "./fakeRow";
import { bestState, fillRow, loadTestModel, openTest, testContent } from "./stateRig";

const [role, folder = "", seedText = "1"] = process.argv.slice(2);
const seed = Number(seedText);
const random = new Random(seed);
const conversations = ["a", "b", "c"];
/** Some of what it saves extends what it saved before, some does not. */
const contentOf = (at: number) => testContent(at % 5, 40 + 5 * (at % 40));

const inPieces = { pieces: 6, pieceMs: 1, bytesPerToken: 400 };

/** Saves until it is killed, telling after each state. */
async function write(states: SavedStates, row: () => SequencePort): Promise<never> {
  for (let at = seed; ; at++) {
    const content = contentOf(at);
    const sequence = row();
    await fillRow(sequence, content.tokens);
    await states.save(`${conversations[at % 3]} ${at % 7}`, sequence, content);
    process.stdout.write("saved\n");
  }
}

/** Saves, loads and forgets beside others. Whatever is logged as a warning, or thrown, ends it. */
async function play(): Promise<void> {
  let states = await openTest(folder, { budgetBytes: () => 300e3, bytesPerToken: 400 });
  let loads = 0;
  for (let step = 0; step < 120; step++) {
    const content = contentOf(random.below(200));
    const dice = random.below(10);
    if (dice === 0) states = await openTest(folder, { budgetBytes: () => 300e3, bytesPerToken: 400 });
    else if (dice === 1) await states.forget(conversations[random.below(3)]!);
    else if (dice < 6) await states.save(conversations[random.below(3)]!, new FakeRow(content.tokens, { ...inPieces, pieces: 2 }), content);
    else if (await load(states, content.tokens)) loads++;
  }
  process.stdout.write(`${loads}\n`);
}

/** The row holds what the state said, or nothing. */
async function load(states: SavedStates, tokens: readonly number[]): Promise<boolean> {
  const found = bestState(states, tokens);
  const row = new FakeRow();
  const loaded = found && (await states.load(found.state, row));
  const expected = loaded ? found.state.tokens : [];
  if (row.tokens.join() !== expected.join()) throw new Error("The row holds something else.");
  return loaded !== undefined;
}

switch (role ?? "") {
  case "write":
    await write(await openTest(folder), () => new FakeRow([], inPieces));
    break;
  case "writeModel": {
    const runtime = await loadTestModel(new NativeLlama(() => undefined));
    await write(await openTest(folder), () => runtime.sequences[0]!);
    break;
  }
  case "play":
    await play();
    break;
  default:
    throw new Error(`There is no role ${role}.`);
}
