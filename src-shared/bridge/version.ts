/** Raised whenever an older screen could misread a newer engine. */
export const PROTOCOL_VERSION = 1
