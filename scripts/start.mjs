// `npm start`. Plain JavaScript: an old Node must get as far as the check.
import './require-node.mjs'

const { launch } = await import('./launch.ts')
await launch(process.argv.slice(2))
