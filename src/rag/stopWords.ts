/** Words of chat and of English that say nothing about which code is meant. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    "a about after all also an and any are around as at be because been before being but by can cannot code codebase could did " +
    "do does doing done don each else every explain find for from get give given go had happen happens has have having help " +
    "here hey hi how i if in into is it its itself just know let like look looking made make makes may me mean means might " +
    "more most must my need no nor not now of off on one only or other our out over please project repo repository same see " +
    "shall she should show so some something such take tell than thank thanks that the their them then there these they this " +
    "those through to too under until up us use used uses using very want was way we well were what when where whether which " +
    "while who why will with within without work works would write you your s t re ve ll m d"
  ).split(" "),
);

/** Words that say what is to be done, or was, rather than where: they count less. Commits and requests are full of them. */
export const taskWords: ReadonlySet<string> = new Set(
  (
    "add added adding adds allow allows avoid better bug build change changed changes chore ci clean cleanup correct correctly create " +
    "doc docs documentation ensure feat feature first fix fixed fixes fixing handle implement implemented implementing improve " +
    "improved improvement improvements initial issue issues minor move moved new perf prevent proper properly refactor refactored " +
    "refactoring remove removed removes rename renamed style support supported supporting supports test testing tests try update " +
    "updated updates updating"
  ).split(" "),
);

/**
 * Words that only say how a question goes on from the one before, or what is asked of the one thing that it names, when
 * they are all it has.
 */
export const followUpWords: ReadonlySet<string> = new Set(
  (
    "accept accepts again alright another answer arg args argument arguments back bit body call called caller callers calls class clarify " +
    "comes comment constant contain contains continue declaration declared declares define defined defines definition describe detail " +
    "details difference different elaborate example examples expect expects file files first function functions further good great " +
    "implementation inputs interface last line lines list live lives locate located long longer meaning method methods name named next nice ok " +
    "okay output outputs parameter parameters params part parts pass passed previous question reason rest return returned returns second short " +
    "shorter signature simple simpler step steps summarise summarize summary sure thing things third type types understand usage variable way " +
    "ways yeah yes"
  ).split(" "),
);
