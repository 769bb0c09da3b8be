import 'should'
import { validName, withheld } from '../../src/snapshot/environment'

describe('names of environment variables', () => {
    it('are withheld where they steer Node.js, npm, the loader, proxies, TLS, git or the shell, or are reserved, in any case', () => {
        const names = [
            'NODE_OPTIONS', 'NODE_ENV', 'NODE_RED_HOME', 'NODE_RED_CREDENTIAL_SECRET', 'npm_config_registry', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES',
            'HTTP_PROXY', 'https_proxy', 'no_proxy', 'ALL_PROXY', 'SSL_CERT_FILE', 'GIT_SSH_COMMAND', 'PATH', 'HOME', 'SHELL', 'TMPDIR', 'FF_INSTANCE_ID', 'NR_NODE_ID',
            'BASH_ENV', 'IFS', 'PERL5OPT', 'PYTHONSTARTUP', 'RUBYOPT', 'GCONV_PATH', 'OPENSSL_CONF', 'ELECTRON_RUN_AS_NODE', 'ComSpec', 'PATHEXT', 'TMP', 'TEMP'
        ]
        for (const name of names) {
            for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) { withheld(spelled).should.equal(true, spelled) }
        }
    })

    it('are not withheld for resembling such names', () => {
        for (const name of ['NODE', 'MY_NODE_OPTIONS', 'HOMEPAGE', 'MQTT_PATH', 'PROXY_HOST', 'PROXY', 'FFMPEG', 'GITHUB_TOKEN', 'LDAP_HOST', 'NPM', 'TEMPERATURE', 'ENV', 'PERL', 'OPENSSL', '']) {
            withheld(name).should.equal(false, name)
        }
    })

    it('are valid as the platform\'s restore accepts them', () => {
        for (const name of ['A', '_', 'a1', 'PLC_HOST_2', 'N'.repeat(255)]) { validName(name).should.equal(true, name) }
        for (const name of ['', '1A', 'A-B', 'A.B', 'A B', ' A', 'A\n', 'Ä', '$A', 'N'.repeat(256)]) { validName(name).should.equal(false, name) }
    })

    it('are judged without delay, however long', () => {
        validName('a'.repeat(1_000_000) + '-').should.equal(false)
    })
})
