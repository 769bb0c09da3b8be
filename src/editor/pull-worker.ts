/** The Web Worker in which the flows of a pull are compared: what takes long there holds up no click. */
import { answerIn } from './pull-calls'
import { PullComparison } from './pull-comparison'

answerIn(self, new PullComparison())

// Where it can't be had, the page hears nothing and does without.
self.postMessage('ready')
