// Says in one line what is missing instead of failing somewhere inside. Plain JavaScript that an old Node can read.
export const NODE_MAJOR_MIN = 24

/** Returns the sentence to print, or null when this Node will do. */
export function nodeTrouble(version) {
  if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN) return null
  return (
    'tradewright: Node ' +
    NODE_MAJOR_MIN +
    ' or newer is needed and this is Node ' +
    version +
    '; on Linux x64 run "npm ci" and start through npm (it brings Node ' +
    NODE_MAJOR_MIN +
    ' along), elsewhere install Node ' +
    NODE_MAJOR_MIN
  )
}

const trouble = nodeTrouble(process.versions.node)
if (trouble) {
  console.error(trouble)
  process.exit(1)
}
