// The thread of a pool in tests: the real loop around the fake backtest.
import { parentPort, workerData } from 'node:worker_threads'
import { serveTrials } from '../../src-main/lab/pool/trial-worker.ts'
import { FAKE_KIT } from './lab-fake-backtest.ts'

if (parentPort === null) throw new Error('this file is started as a thread')
serveTrials(parentPort, workerData, FAKE_KIT)
