import { caretPoint } from "./caretPoint";
import { LatestRequest } from "./latestRequest";
import { SuggestionList, type Suggestions } from "./suggestionList";
import { findTrigger, type Trigger } from "./trigger";

export interface CompletionActions {
  /** Undefined where the reason was told already. */
  suggest(trigger: Trigger): Promise<Suggestions | undefined>;
  /** Enter was pressed before there was a reply, and nothing can be completed. */
  submit(): void;
  /** The rows have changed. */
  announce(count: number): void;
}

/** Between keys, in milliseconds; the first list comes at once. */
const pause = 60;

/** Completes what is typed after `@`, `#` and a leading `/`. */
export class Completion {
  readonly #list: SuggestionList;
  readonly #request = new LatestRequest<Suggestions | undefined>();
  #trigger: Trigger | undefined;
  /** Where Escape was pressed: there nothing opens again. */
  #dismissedAt: number | undefined;
  /** A key that came before the rows it is for. */
  #held: "Enter" | "Tab" | undefined;

  constructor(
    readonly field: HTMLTextAreaElement,
    readonly actions: CompletionActions,
  ) {
    this.#list = new SuggestionList(field);
    field.addEventListener("blur", () => this.close());
    field.addEventListener("click", () => this.#moved());
    field.addEventListener("keyup", ({ key }) => {
      if (/^(Arrow(Left|Right)|Home|End)$/.test(key)) this.#moved();
    });
  }

  get element(): HTMLElement {
    return this.#list.element;
  }

  /** To be called after the text was changed by hand. */
  typed(): void {
    this.#held = undefined;
    const trigger = findTrigger(this.field.value, this.field.selectionEnd);
    if (trigger?.start !== this.#dismissedAt) this.#dismissedAt = undefined;
    if (trigger && trigger.start !== this.#dismissedAt) this.#ask(trigger);
    else this.close();
  }

  /** Whether the key was meant for the list; it is used up then. */
  key(event: KeyboardEvent): boolean {
    if (!this.#isActive || event.ctrlKey || event.metaKey || event.altKey) return false;
    const used = this.#use(event);
    if (used) event.preventDefault();
    return used;
  }

  close(): void {
    this.#request.cancel();
    this.#trigger = undefined;
    this.#held = undefined;
    this.#list.hide();
  }

  get #isActive(): boolean {
    return this.#list.isOpen || this.#request.waiting;
  }

  /** The caret has moved without a change: a list that is open goes with it, none opens. */
  #moved(): void {
    if (!this.#isActive) return;
    const trigger = findTrigger(this.field.value, this.field.selectionEnd);
    if (trigger?.start !== this.#trigger?.start) this.close();
    else if (trigger?.query !== this.#trigger?.query) this.typed();
  }

  #ask(trigger: Trigger): void {
    const delay = this.#isActive ? pause : 0;
    this.#trigger = trigger;
    this.#request.ask(delay, () => this.actions.suggest(trigger), (found) => this.#show(found, trigger));
  }

  #show(found: Suggestions | undefined, trigger: Trigger): void {
    if (found) this.#list.show(found);
    else this.#list.hide();
    if (this.#list.isOpen) this.#list.place(caretPoint(this.field, trigger.start));
    if (found) this.actions.announce(found.rows.length);
    this.#release(found, trigger);
  }

  /** Does what a key asked for that came too early. */
  #release(found: Suggestions | undefined, trigger: Trigger): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || this.#choose(held)) return;
    if (held === "Enter" && (found || trigger.kind === "command")) this.actions.submit();
  }

  #use(event: KeyboardEvent): boolean {
    const { key } = event;
    if (key === "Escape") return this.#dismiss(event);
    if ((key === "Enter" || key === "Tab") && !event.shiftKey) return this.#take(key);
    return this.#list.isOpen && !event.shiftKey && this.#list.move(key);
  }

  #take(key: "Enter" | "Tab"): boolean {
    if (!this.#request.waiting) return this.#choose(key);
    this.#held = key;
    return true;
  }

  /** Whether the key is used up: by a row, or by a list that says that there is none. */
  #choose(key: "Enter" | "Tab"): boolean {
    const row = this.#list.active;
    if (!row) return this.#list.isOpen;
    if (key === "Enter" && row.typed === true) return false;
    row.choose();
    return true;
  }

  #dismiss(event: Event): boolean {
    // Outside of here it stops an answer.
    event.stopPropagation();
    this.#dismissedAt = this.#trigger?.start;
    this.close();
    return true;
  }
}
