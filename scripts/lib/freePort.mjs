import { createServer } from "node:net";

/**
 * A TCP port of the loopback interface that nobody listens on at the moment.
 * @param {number} [wanted] taken when it is free
 * @returns {Promise<number>}
 */
export async function freePort(wanted = 0) {
  try {
    return await tryPort(wanted);
  } catch (error) {
    if (wanted === 0 || /** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE") throw error;
    return tryPort(0);
  }
}

/** @returns {Promise<number>} */
function tryPort(/** @type {number} */ port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(port, "localhost", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("No port was given."))));
    });
  });
}
