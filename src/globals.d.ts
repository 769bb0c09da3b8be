/** Filled in by scripts/build.mjs from package.json. */
declare const PLUGIN_VERSION: string
declare const PLUGIN_PACKAGE: string
