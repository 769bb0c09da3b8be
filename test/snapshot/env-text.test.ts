import should from 'should'
import { CodedError } from '../../src/shared/errors'
import { envText, parseEnv } from '../../src/snapshot/env-text'

const lineOf = (text: string): unknown => {
    try {
        return parseEnv(text)
    } catch (error) {
        should(error).be.instanceOf(CodedError)
        should((error as CodedError).code).equal('env-text-invalid')
        return (error as CodedError).params.line
    }
}

describe('a .env text', () => {
    it('is read line by line, past comments, blank lines, a byte order mark and foreign line ends', () => {
        should(parseEnv('\uFEFF# plant\r\n\r\nHOST=plc-1\r\n  PORT = 502 \r\nexport LINE=4\r\nexport HOST\r\nEMPTY=\r\n')).eql([
            ['HOST', 'plc-1'], ['PORT', '502'], ['LINE', '4'], ['EMPTY', '']
        ])
        should(parseEnv('')).eql([])
    })

    it('has comments behind values only where white space stands before them', () => {
        should(parseEnv('A=x # a\nB=p#ss\nC="x" # c\nD=\'#\'#d\nE=# e\nF= # f')).eql([
            ['A', 'x'], ['B', 'p#ss'], ['C', 'x'], ['D', '#'], ['E', ''], ['F', '']
        ])
    })

    it('has quoted values, over several lines too, with escapes in double quotes only', () => {
        should(parseEnv('A="one\ntwo"\nB=\'one\ntwo\\n\'\nC=`it\'s "so"`\nD="a\\nb\\r\\"c\\" \\\\n \\$HOME \\d"\nE=it\'s')).eql([
            ['A', 'one\ntwo'], ['B', 'one\ntwo\\n'], ['C', 'it\'s "so"'], ['D', 'a\nb\r"c" \\n $HOME \\d'], ['E', 'it\'s']
        ])
    })

    it('counts the last of two values, and substitutes nothing', () => {
        should(parseEnv('A=1\nB=${A}\nA=$B')).eql([['B', '${A}'], ['A', '$B']])
    })

    it('that can’t be read is refused as a whole, with the number of the line and nothing of it', () => {
        should(lineOf('A=1\nsecret\nB=2')).equal(2)
        should(lineOf('A="1\n2\n3"\nB="secret\nC=3')).equal(4)
        should(lineOf('A=\'1\' secret')).equal(1)
        should(lineOf('=x')).equal(1)
        should(lineOf('two words=x')).equal(1)
        should(lineOf('\n\n\'A\'=x')).equal(3)
    })

    it('takes no longer than its length allows, whatever is in it', () => {
        for (const text of [`A="${'\\"'.repeat(100_000)}`, `A=${' '.repeat(200_000)}x`, 'A=\n'.repeat(200_000), `${' '.repeat(200_000)}\n`, `export ${' '.repeat(200_000)}!`]) {
            const before = process.cpuUsage()
            lineOf(text)
            // Microseconds of this process: others may be busy meanwhile.
            should(process.cpuUsage(before).user).be.below(2_000_000)
        }
    })

    it('that was written is read as it was', () => {
        const values = ['', 'plain', 'a b', ' padded ', 'it\'s', '"quoted"', '`tick`', 'all \' " `', '#x', 'x #y', 'C:\\new\\dir\\', 'two\nlines', 'it\'s\r\nso\\n', '$HOME', '\'$A\'', '{"a": 1}', 'ü€😀', '=a==']
        const lines = values.map((value, index) => ({ name: `V_${index}`, value }))
        should(parseEnv(envText(lines))).eql(lines.map(({ name, value }) => [name, value]))
    })

    it('has a comment for a variable without a value at hand', () => {
        const text = envText([{ name: 'A', value: null, why: 'locked' }, { name: 'B', value: '1' }])
        should(text).equal('# A= (locked)\nB=1\n')
        should(parseEnv(text)).eql([['B', '1']])
    })
})
