// Runs sandboxed, between the page and the program: only `electron` can be required, and the program validates everything.
import { contextBridge, ipcRenderer } from 'electron'
import { CHANNELS } from './channels.ts'

/** The topics of the contract by name: its schemas are too heavy for a preload. A test holds the two together. */
const TOPICS: ReadonlySet<string> = new Set(['desk', 'book', 'status', 'log', 'lab', 'live', 'resync'])
const hello = ipcRenderer.invoke(CHANNELS.hello)

contextBridge.exposeInMainWorld('bridge', {
  hello: () => hello,
  invoke: (command: string, input: unknown) => ipcRenderer.invoke(CHANNELS.invoke, String(command), input),
  subscribe: (topic: string, listener: (payload: unknown) => void) => {
    if (!TOPICS.has(topic) || typeof listener !== 'function') throw new TypeError('subscribe needs a topic of the contract and a function')
    // The event object never crosses: it would hand the page a way to send on any channel.
    const onEvent = (_event: unknown, eventTopic: string, json: string): void => {
      if (eventTopic === topic) listener(JSON.parse(json))
    }
    ipcRenderer.on(CHANNELS.event, onEvent)
    return () => void ipcRenderer.removeListener(CHANNELS.event, onEvent)
  },
})
