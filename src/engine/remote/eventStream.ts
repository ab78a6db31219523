import { createParser } from "eventsource-parser";

/** The data of each event of a stream (text/event-stream), in order. Comments and other fields are left out. */
export async function* eventData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const waiting: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => waiting.push(data) });
  for await (const part of bytes) {
    parser.feed(decoder.decode(part, { stream: true }));
    yield* waiting.splice(0);
  }
}
