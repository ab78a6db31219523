import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hearth, set, until } from "./hearth";

const user = (text: string) => vscode.LanguageModelChatMessage.User(text);
const assistant = (text: string) => vscode.LanguageModelChatMessage.Assistant(text);

async function localModel(): Promise<vscode.LanguageModelChat> {
  await hearth();
  const [model] = await vscode.lm.selectChatModels({ vendor: "hearth" });
  assert.ok(model, "the editor knows the local model");
  return model;
}

async function answer(model: vscode.LanguageModelChat, messages: vscode.LanguageModelChatMessage[], options: vscode.LanguageModelChatRequestOptions = {}) {
  const response = await model.sendRequest(messages, options);
  let text = "";
  let parts = 0;
  for await (const part of response.text) {
    text += part;
    parts += 1;
  }
  return { text, parts };
}

describe("the local model in the editor's own API (random weights)", () => {
  it("is offered with what its context leaves for the prompt", async () => {
    const { settings } = await hearth();
    const model = await localModel();
    const { maxTokens, contextSize } = settings;
    assert.ok(maxTokens !== null);
    assert.equal(model.vendor, "hearth");
    assert.equal(model.maxInputTokens, contextSize - maxTokens);
  });

  it("streams an answer, the same again for the same seed", async () => {
    const model = await localModel();
    const options = { modelOptions: { seed: 11, max_tokens: 12 } };
    const first = await answer(model, [user("What is a parcel?")], options);
    assert.ok(first.parts > 1 && first.text !== "", JSON.stringify(first));
    const next = await answer(model, [user("What is a parcel?"), assistant(first.text), user("And a late one?")], options);
    assert.notEqual(next.text, "");
    assert.equal((await answer(model, [user("What is a parcel?")], options)).text, first.text);
  });

  it("counts tokens with the model's own vocabulary", async () => {
    const model = await localModel();
    const { engine } = (await hearth()).assistant;
    const text = "const rateCard = new RateCard();";
    const [counted] = await engine.countTokens([text]);
    assert.equal(await model.countTokens(text), counted);
    assert.ok((await model.countTokens(user(text))) > counted!);
  });

  it("stops when the request is cancelled", async () => {
    const model = await localModel();
    const cancel = new vscode.CancellationTokenSource();
    const response = await model.sendRequest([user("Tell me everything about parcels.")], { modelOptions: { max_tokens: 3000 } }, cancel.token);
    let parts = 0;
    try {
      for await (const part of response.text) {
        assert.equal(typeof part, "string");
        if ((parts += 1) === 3) cancel.cancel();
      }
    } catch (error) {
      assert.match(String(error), /cancel/i);
    }
    assert.ok(parts < 1000, `${parts} parts`);
    // The engine is free for the next request at once.
    assert.notEqual((await answer(model, [user("Hello")], { modelOptions: { max_tokens: 4 } })).text, "");
  });

  it("refuses what does not fit, and says so", async () => {
    const model = await localModel();
    await assert.rejects(answer(model, [user("parcel ".repeat(5000))]), /context holds/);
  });

  it("is gone from the list while no such file is there", async () => {
    await localModel();
    const before = vscode.workspace.getConfiguration("hearth").get<string>("model");
    await set("model", "/nowhere/none.gguf");
    let left = 1;
    await until("the empty list", () => {
      void vscode.lm.selectChatModels({ vendor: "hearth" }).then((models) => (left = models.length));
      return left === 0;
    });
    await set("model", before);
    await until("the model in the list", () => {
      void vscode.lm.selectChatModels({ vendor: "hearth" }).then((models) => (left = models.length));
      return left === 1;
    });
  });
});

describe("the index as a tool of language models", () => {
  const name = "hearth_searchCode";
  const text = async (input: object) => {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
  };

  it("is listed", async () => {
    await hearth();
    const tool = vscode.lm.tools.find((one) => one.name === name);
    assert.ok(tool?.inputSchema, vscode.lm.tools.map((one) => one.name).join(", "));
  });

  it("finds code, with its place", async () => {
    const { index } = (await hearth()).assistant;
    await until("the index", () => index?.status.kind === "ready");
    assert.match(await text({ query: "check digit of a tracking number", limit: 2 }), /^src\/trackingNumber\.ts:\d+-\d+.*\n```typescript\n/);
  });

  it("says so when there is nothing to find", async () => {
    assert.match(await text({ query: "zzqxv" }), /No code of this workspace fits/);
  });
});
