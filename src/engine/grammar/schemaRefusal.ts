import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";

/** Where in a schema something stands: a JSON pointer such as "#/properties/name". */
export type SchemaPlace = string;

/** A schema with a part that the grammar cannot keep to is not answered by halves. */
export function refuseSchema(place: SchemaPlace, part: string): never {
  throw new HearthError("bad-use", t("The JSON schema has a part that cannot be kept to: {0} at {1}.", part, place), {
    remedy: t("Leave that part out of the schema and ask for it in the message."),
  });
}
