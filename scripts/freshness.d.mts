export const BUILD_STAMP: string
/** True when there is a whole build in `root`/dist that no source file is newer than. */
export function isBuildFresh(root: string): boolean
