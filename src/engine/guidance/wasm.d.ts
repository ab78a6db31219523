/** The bytes of a module that the build compiles from the AssemblyScript of the same name (scripts/lib/assemblyScript.mjs). */
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
