import { Desk } from "./desk.ts";
import { EventLog } from "./eventLog.ts";
import { priceInCents } from "./rateCard.ts";

const desk = new Desk("20095", new EventLog("events.log"));
const parcel = await desk.accept({ weightGrams: 2_300, destination: "27498" });
const cents = priceInCents({ weightGrams: parcel.weightGrams, zone: parcel.zone, bulky: false });
console.log(`${parcel.number} to the ${parcel.zone}: ${(cents / 100).toFixed(2)} EUR`);
