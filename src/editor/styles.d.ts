/** Collected into resources/dist/panel.css by scripts/build.mjs. */
declare module '*.css'
