// Proves that the bounded memory of names knows the newest ones, says once that a name is new, and forgets the oldest and nothing else.
import { describe, expect, it } from 'vitest'
import { RecentNames, RecentSet } from '../../src-main/core/execution/recent.ts'

describe('RecentNames', () => {
  it('names the oldest when it falls out, in the order in which they came', () => {
    const names = new RecentNames(2)
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => names.push(name))).toEqual([null, null, 'a', 'b', 'c'])
  })
})

describe('RecentSet', () => {
  it('claims a name once', () => {
    const seen = new RecentSet(2)
    expect([seen.claim('a'), seen.claim('a'), seen.has('a'), seen.has('b')]).toEqual([true, false, true, false])
  })
  it('forgets the oldest beyond its capacity, and a name that is claimed again does not become newer', () => {
    const seen = new RecentSet(2)
    for (const name of ['a', 'b', 'a', 'c']) seen.claim(name)
    expect(['a', 'b', 'c'].map((name) => seen.has(name))).toEqual([false, true, true])
  })
})
