/** The Web Worker in which snapshots are compared: what takes long there holds up no click. */
import { SnapshotComparison } from './snapshot-comparison'
import { answerIn } from './worker-calls'

answerIn(self, new SnapshotComparison())

// Where it can't be had, the page hears nothing and does without.
self.postMessage('ready')
