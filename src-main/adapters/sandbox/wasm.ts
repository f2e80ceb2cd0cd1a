// Where QuickJS comes from: compiled to WebAssembly once, instantiated once per strategy file, so that a strategy that breaks its engine
// breaks nobody else's.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import variant from '@jitl/quickjs-wasmfile-release-sync'
import { type CustomizeVariantOptions, type QuickJSWASMModule, newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core'
import { type EngineMemory, findCountdownWord } from './step-meter.ts'

// The compiler's library for Node does not describe WebAssembly, which Node has.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>
  Memory: new (limits: { initial: number; maximum: number }) => Exclude<CustomizeVariantOptions['wasmMemory'], undefined | (() => unknown)>
}

const PAGE_BYTES = 64 * 1024
/** What the engine starts with: its own build asks for it. */
const MEMORY_BYTES_MIN = 16 * 2 ** 20
/** For one file with all its instances. The engine's own limit per runtime does not see what is allocated in a WebAssembly build. */
export const MEMORY_BYTES_MAX = 64 * 2 ** 20

/** The build copies the package's file next to the bundle under this name. */
const WASM_FILE_NAME = 'quickjs.wasm'

/** One instance of the engine, with a memory of its own. */
export type Engine = { readonly quickJs: QuickJSWASMModule; readonly memory: EngineMemory; readonly countdownWord: number | null }

function wasmPath(): string {
  const besideBundle = fileURLToPath(new URL(`./${WASM_FILE_NAME}`, import.meta.url))
  return existsSync(besideBundle) ? besideBundle : createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
}

/** Compiles the engine. The function it resolves to makes a new instance. Rejects when the file is missing or cannot be compiled. */
export async function compileEngine(): Promise<() => Promise<Engine>> {
  const wasmModule = await WebAssembly.compile(await readFile(wasmPath()))
  const newInstance = async (): Promise<Omit<Engine, 'countdownWord'>> => {
    const memory = new WebAssembly.Memory({ initial: MEMORY_BYTES_MIN / PAGE_BYTES, maximum: MEMORY_BYTES_MAX / PAGE_BYTES })
    return { quickJs: await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory: memory })), memory }
  }
  const countdownWord = findCountdownWord((await newInstance()).quickJs)
  return async () => ({ ...(await newInstance()), countdownWord })
}
