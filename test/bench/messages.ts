import type { ChildProcess } from 'node:child_process'

/**
 * Sends a message to a child process and waits for the answer that has `key`.
 * @throws Error when the child says `failed`, or ends without an answer
 */
export function askChild<T> (child: ChildProcess, message: Record<string, unknown>, key: string): Promise<T> {
    return new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
            child.off('message', answered)
            child.off('exit', ended)
            act()
        }
        const answered = (answer: Record<string, unknown>) => {
            if (key in answer) settle(() => resolve(answer as T))
            if ('failed' in answer) settle(() => reject(new Error(String(answer.failed))))
        }
        const ended = () => settle(() => reject(new Error('A process of the benchmark has ended.')))
        child.on('message', answered)
        child.once('exit', ended)
        child.send(message, error => {
            if (error) settle(() => reject(error))
        })
    })
}
