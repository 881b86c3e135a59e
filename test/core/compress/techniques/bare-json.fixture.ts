import fc from 'fast-check'
import { bareJson } from '../../../../src/core/compress/techniques/bare-json.ts'
import { jsonLines, nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'
import { JSON_IN_CODE } from './json-in-code.ts'

const PIECES = [
  ...['~{', '~[', '~between"\\n"', '[(a,b)\n', '[(a,b{c,d})\n', '[(a,b[c])\n', '[((key),a,b=(key))\n', '[([a,b])\n'],
  ...['1,2', '1,', ',', ';', '\n', '=', '={a:1}', '[1;2]', '[]', '{}', 'k,1,2', '"x"', 'a b', 'true', '\t', '~'],
  ...['a:1', 'a:[b,c]', '"a b":x', ']', '}', ']', '}', '\n]'],
]

/** Whole forms, right and wrong: pieces of the notation in any order, and some that nearly fit. */
const forms = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc
    .tuple(
      fc.constantFrom('~', '~{x:', '~between"\\n"', 'log ~'),
      fc.constantFrom('a,b', 'a,', '(key),a,b', '[a,b]', 'a,b=1', 'a{b,c},d', 'a,b[c]', '(text),a,b', 'a,b{(key),c}'),
      fc.array(fc.constantFrom('1,2', '1', '', ',', 'k,1,2', '={a:1}', '=7', '[1,2;3,4]', '1,[k,2;={m:3}]', 'x,"y"'), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(']', '\n]', ']}', ''),
    )
    .map(([start, head, rows, end]) => `${start}[(${head})\n${rows.join('\n')}${end}`),
)

export const bareJsonFixture: TechniqueFixture = {
  technique: bareJson,
  samples: [
    [
      'strings, numbers and literals',
      '{"id": "A7", "at": "2024-05-01T10:00:00Z", "size": 1.0, "big": 1e400, "paid": true, "note": null, "tags": ["new", "to go"]}',
      '~{id:A7,at:2024-05-01T10:00:00Z,size:1.0,big:1e400,paid:true,note:null,tags:[new,to go]}',
    ],
    [
      'what must keep its quotes',
      '{"zip":"01234","on":"true","off":"False","v":"1.5","ip":"10.0.0.1","none":"","pad":" x","list":["(a)","a;b","a,b"],"say":"\\"hi\\"","a:b":"c:d","e":"\\u0061","1":"=2","nl":"a\\nb"}',
      '~{zip:"01234",on:"true",off:"False",v:"1.5",ip:10.0.0.1,none:"",pad:" x",list:["(a)","a;b","a,b"],say:"\\"hi\\"","a:b":c:d,e:"\\u0061",1:"=2",nl:"a\\nb"}',
    ],
    [
      'a list of objects, a row a line',
      '{"items":[{"name":"x","size":1,"kind":"disk"},{"name":"y","size":2,"kind":"disk"},{"name":"z","size":3,"kind":"disk"}],"more":false}',
      '~{items:[(name,size,kind=disk)\nx,1\ny,2\nz,3],more:false}',
    ],
    [
      'no key, null and "" as what they are',
      '[{"name":"x","note":null,"size":1},{"name":"y","note":"","size":2},{"name":"z","size":3},{"name":"w","note":"n"},{"note":"only"}]',
      '~[(name,note,size)\nx,null,1\ny,"",2\nz,,3\nw,n,\n,only,]',
    ],
    [
      'inner objects in the row, inner lists between semicolons',
      '[{"no":"A1","seats":{"first":3,"second":20},"stops":[{"code":"FRA","gate":2},{"code":"LHR","gate":9}]},{"no":"B2","seats":{"first":0,"second":7},"stops":[]},{"no":"C3","stops":[{"code":"CDG","gate":1}]}]',
      '~[(no,seats{first,second},stops[code,gate])\nA1,3,20,[FRA,2;LHR,9]\nB2,0,7,[]\nC3,,,[CDG,1]]',
    ],
    [
      'an inner object that is not one everywhere, as it is',
      '[{"no":"A1","seats":{"first":3,"second":20}},{"no":"B2","seats":null},{"no":"C3","seats":{"first":3,"second":20}}]',
      '~[(no,seats)\nA1,{first:3,second:20}\nB2,null\nC3,{first:3,second:20}]',
    ],
    [
      'an inner object of constants with a cell of its own, which some rows lack',
      '[{"no":1,"call":{"method":"GET","ms":3}},{"no":2,"reply":200},{"no":3,"call":{"method":"GET","ms":4}},{"no":4,"reply":200}]',
      '~[(no,reply,call{method=GET,ms})\n1,,3\n2,200,\n3,,4\n4,200,]',
    ],
    [
      'an object that all have alike, without a cell',
      '[{"id":1,"at":{"zone":"b","host":{"rack":3}},"on":{"port":1}},{"id":2,"at":{"zone":"b","host":{"rack":3}},"on":{"port":2}}]',
      '~[(id,at{zone=b,host{rack=3}},on{port})\n1,1\n2,2]',
    ],
    [
      'lists of lists',
      '[[{"from":"FRA","to":"LHR"},{"from":"LHR","to":"JFK"}],null,[{"from":"FRA","to":"CDG"},{"from":"CDG","to":"JFK"}],[]]',
      '~[([from,to])\n[FRA,LHR;LHR,JFK]\nnull\n[FRA,CDG;CDG,JFK]\n[]]',
    ],
    [
      'an object of objects that are alike, by its keys',
      '{"node-1":{"id":"node-1","cpu":4},"node-2":{"id":"node-2","cpu":8},"node-3":{"id":"node-3"},"spare":{"cpu":1,"id":"none"}}',
      '~[((key),id=(key),cpu)\nnode-1,4\nnode-2,8\nnode-3,\n={spare:{cpu:1,id:none}}]',
    ],
    [
      'an object that repeats its keys',
      '{"rates":{"r1":{"id":"r1","from":"a","to":"b"},"r2":{"id":"r2","from":"c","to":"d"}}}',
      '~{rates:[((key),id=(key),from,to)\nr1,a,b\nr2,c,d]}',
    ],
    [
      'what does not fit the columns, after an equals sign',
      '[{"kind":"a","value":1},{"value":2,"kind":"b"},{},{"kind":"f","value":6},7,"text",{"kind":"g","value":7}]',
      '~[(kind,value)\na,1\n={value:2,kind:b}\n={}\nf,6\n=7\n=text\ng,7]',
    ],
    [
      'JSON in a text',
      'Found:\n[{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]\n3 rows',
      'Found:\n~[(id,name)\n1,first of them\n2,second of them\n3,third]\n3 rows',
    ],
    [
      'lines of JSON, with other lines among them',
      'started\n{"level":30,"msg":"starting up","port":80}\n{"level":30,"msg":"ready"}\nno {JSON}, "here"\n{"level":30,"msg":"down","port":81}\n',
      'started\n~between"\\n"[(level=30,msg,port)\nstarting up,80\nready,\n=no {JSON}, "here"\ndown,81\n]\n',
    ],
    [
      'lines of JSON behind a time',
      '10:00:01 {"level":"info","msg":"up"}\n10:00:02 {"level":"warn","msg":"slow, again"}\n10:00:05 {"level":"info","msg":"down"}',
      '~between"\\n"[((text),level,msg)\n"10:00:01 ",info,up\n"10:00:02 ",warn,"slow, again"\n"10:00:05 ",info,down\n]',
    ],
    [
      'in quotation marks what nobody sees, and what may be taken for a number',
      '[{"id":1,"a":"\u200b","b":"NaN","c":"x\u2028y"},{"id":2,"a":"\u2060","b":"-Infinity","c":"None"}]',
      '~[(id,a,b,c)\n1,"\u200b","NaN","x\u2028y"\n2,"\u2060","-Infinity",None]',
    ],
  ],
  untouched: [
    ...JSON_IN_CODE,
    ['an empty text', ''],
    ['a text without JSON', 'all is well'],
    ['bare JSON of ours', '~[(id,name)\n1,x\n2,y]'],
    ['what only starts like it', 'see ~{home} {"id": "A7", "name": "a name that could stand bare"}'],
    ['a short object in a text', 'the answer {"a": "b"} was sent'],
    ['what may be a footnote', 'as shown in ~[1] and ~{x:1}'],
    ['short JSON that is spaced wide', `[${' '.repeat(80)}{"name": "a"}, [], 0]`],
    ['JSON that would look like one', '{"a":"b","c":"d"}'],
    ['JSON nested too deep', `${'['.repeat(100)}${']'.repeat(100)}`],
  ],
  texts: fc.oneof(nearJson, jsonLines),
  forms,
}
