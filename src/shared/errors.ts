/**
 * The errors that users read. An error travels as `code` + `params`; the sentence is in `locales/<lang>/plugin.json`
 * under `errors.<code>`, and a test walks all codes and all catalogs. Codes are never built at run time.
 */
export const errorCodes = [
    // The server that was typed in, and the way to it
    'server-url-invalid', 'server-http-refused', 'server-not-allowed', 'server-redirects', 'server-not-flowfuse',
    'server-refused-connection', 'server-name-unknown', 'server-tls', 'server-no-tls', 'server-timeout', 'server-cut', 'server-unreachable', 'proxy-failed', 'proxy-unreachable',
    // What the platform answered
    'answer-unexpected', 'answer-too-large', 'answer-hostile', 'server-error', 'rate-limited', 'platform-refused', 'platform-conflict',
    'request-too-large', 'request-too-large-unknown-limit', 'server-takes-less',
    // Who we are there
    'not-connected', 'token-missing', 'token-malformed', 'token-refused', 'token-powerless', 'role-too-low', 'not-permitted',
    'team-gone', 'application-gone', 'instance-gone', 'snapshot-gone', 'gone',
    // What was asked for
    'target-missing', 'target-not-in-team', 'target-changed', 'target-locked', 'preset-not-found', 'preset-ambiguous', 'name-empty', 'name-too-long', 'name-unusable', 'name-automatic', 'description-too-long',
    'variable-name-invalid', 'variable-not-allowed', 'variable-not-referred', 'variable-not-set', 'variable-too-long', 'variables-too-large', 'env-text-invalid', 'local-without-credentials',
    'setting-unfit', 'setting-size-unfit', 'setting-cors-unfit', 'setting-secret', 'setting-locked', 'setting-not-set', 'setting-refused',
    // The local Node-RED
    'flows-not-loaded', 'credentials-not-decrypted', 'capture-moved', 'capture-unproven', 'too-many-nodes',
    // Restoring a local snapshot, undo and repair
    'restore-no-runtime', 'restore-read-only', 'restore-projects', 'restore-storage', 'flow-file-differs', 'restore-needs-credentials',
    'restore-moved', 'restore-without-credentials', 'restore-unfit', 'restore-not-exact', 'restore-elsewhere', 'take-back-failed',
    'nothing-to-undo', 'install-refused', 'module-not-in-plan', 'module-name-invalid', 'module-version-invalid', 'module-not-allowed',
    'module-not-found', 'module-install-failed', 'module-is-library', 'module-is-core', 'journal-unusable', 'repair-moved',
    // Pull
    'pull-flows-missing', 'pull-nodes-unfit', 'subflow-in-itself', 'group-in-itself', 'group-nowhere', 'pull-credentials-shut', 'pull-credentials-unknown', 'pull-shape-unknown', 'pull-too-large', 'pull-gone', 'pull-given-up', 'pull-undecided', 'pull-overrules',
    'module-platform-only',
    // Looking at snapshots and files
    'view-gone', 'view-given-up', 'file-too-large', 'file-cut-short', 'file-empty', 'file-not-json', 'file-not-flows', 'file-hostile', 'file-nodes-unfit',
    'file-part-unfit', 'file-secret-wrong', 'file-secret-unneeded', 'file-secret-needed',
    // Snapshot files
    'file-secret-short', 'file-secret-long', 'file-secret-blanks', 'file-credentials-unread', 'file-variables-unread', 'file-variables-none', 'file-modules-untold', 'upload-not-seen',
    // Work
    'job-running', 'job-not-found', 'job-cancelled', 'job-past-cancelling', 'push-outcome-unknown', 'push-cut-short', 'safety-capture-failed', 'restore-refused', 'restore-failed',
    'restore-not-running', 'restore-unfollowed', 'variables-untold', 'addition-not-kept', 'module-not-addable', 'nothing-to-take-out', 'device-target-not-set', 'device-target-unknown',
    'device-version-unfit', 'device-version-unagreed',
    'push-capture-failed', 'push-export-failed',
    // What is done with snapshots on FlowFuse
    'action-moved', 'confirmation-differs', 'capture-not-seen', 'edit-not-there', 'edit-not-kept', 'deletion-not-seen', 'target-not-seen', 'target-version-unagreed', 'contents-not-read', 'changes-waiting',
    'there-capture-failed', 'there-refused', 'there-failed', 'there-not-running', 'there-unfollowed', 'there-modules-not-added', 'there-restart-failed',
    // Devices
    'device-gone', 'device-elsewhere', 'device-not-developer', 'device-never-seen', 'device-not-seen', 'device-gave-nothing', 'device-has-instance', 'device-snapshot-not-seen',
    'device-target-not-seen', 'device-snapshot-elsewhere', 'device-switch-not-kept', 'automatic-not-licensed', 'automatic-not-in-team',
    // Automatic push
    'auto-push-full', 'auto-push-unlinked', 'auto-push-other-user',
    // Our own routes and files
    'headers-refused', 'origin-refused', 'host-refused', 'content-type-refused', 'body-invalid', 'body-too-large', 'id-invalid', 'plugin-removed', 'route-unknown',
    'store-unreadable', 'store-read-failed', 'store-sealed-otherwise', 'store-write-failed', 'internal',
    'store-newer', 'snapshot-newer', 'snapshot-unreadable', 'variables-unreadable', 'former-secret-wrong',
    // Signing in with FlowFuse, and what a sign-in may do
    'signed-out', 'needs-token', 'needs-full-token', 'needs-version', 'token-not-for-team',
    'sign-in-unknown', 'sign-in-denied', 'sign-in-late', 'sign-in-other-browser', 'editor-url-invalid'
] as const

export type ErrorCode = (typeof errorCodes)[number]
export type ErrorParams = Record<string, string | number>

/** What a call to the platform was about, as `params.what`; the user's words for it are `things.<what>` in the catalog. */
export const things = [
    'settings', 'version', 'user', 'teams', 'applications', 'states', 'instance', 'devices', 'snapshots', 'create', 'import', 'export', 'content', 'restore',
    'sign-in', 'variables', 'palette', 'deviceTarget', 'edit', 'delete', 'restart', 'device', 'deviceCapture', 'deviceSettings', 'answer'
] as const
export type Thing = (typeof things)[number]

/** An error as it is sent to the editor. `params` fill the `__name__` places of the sentence; they never hold a secret. */
export interface ErrorAnswer {
    code: ErrorCode
    params: ErrorParams
    /** A second sentence: the failure behind this one. */
    because?: ErrorAnswer
}

/** The one error type of the plugin: `code` and `params` for the user, `status` for our HTTP answer, `cause` for the log. */
export class CodedError extends Error {
    constructor (
        readonly code: ErrorCode,
        readonly params: ErrorParams = {},
        readonly status = 400,
        readonly detail: { cause?: unknown, because?: ErrorAnswer } = {}
    ) {
        super(code, { cause: detail.cause })
        this.name = 'CodedError'
    }

    toAnswer (): ErrorAnswer {
        const { because } = this.detail
        return { code: this.code, params: this.params, ...(because && { because }) }
    }
}
