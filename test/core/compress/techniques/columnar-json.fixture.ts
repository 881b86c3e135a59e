import fc from 'fast-check'
import { columnarJson, columnarJsonShort } from '../../../../src/core/compress/techniques/columnar-json.ts'
import { jsonLines, nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'
import { JSON_IN_CODE } from './json-in-code.ts'

const HEAD = fc.constantFrom(
  'a,b',
  '[a,b]',
  '(key),a,b',
  '(key),a,b=(key)',
  'a,b{c}',
  'a,b[c]',
  'a,b{(key),c}',
  'a,b=1',
  'a,b=x',
  'a,',
  'a',
  '',
  'a,b{c',
  'a]',
  'a,b=(key)',
  '(text),a,b',
  '(text),a,',
)
const ROW = fc.constantFrom(
  '[1,2]',
  '[1]',
  '[]',
  '[1,2,3]',
  '[[1,2],[3]]',
  '{"a":1}',
  'null',
  '["(absent)",2]',
  '["k",["x"]]',
  '["k",[["x"],[]]]',
  '["k",1,[["x",1],{"y":2}]]',
)

/** Tables, right and wrong. */
const tables = fc
  .tuple(fc.constantFrom('', 'log: ', '{"x":'), HEAD, fc.array(ROW, { maxLength: 4 }), fc.constantFrom('', '}', '\n'))
  .map(([before, head, rows, after]) => `${before}{"${head}":[${rows.join(',')}]}${after}`)

/** Runs, right and wrong. */
const runs = fc
  .tuple(
    HEAD,
    fc.array(fc.oneof(ROW, fc.constantFrom('"x"', '["x ",1,2]')), { maxLength: 4 }),
    fc.constantFrom('"\\n"', '","', '1'),
  )
  .map(([head, rows, between]) => `{"${head}":[${rows.join(',')}],"between":${between}}`)

export const columnarJsonShortFixture: TechniqueFixture = {
  technique: columnarJsonShort,
  samples: [
    [
      'a list of objects',
      '[{"id": 1, "name": "x"}, {"id": 2, "name": "y"}, {"id": 3, "name": "z"}]',
      '{"id,name":[\n[1,"x"],\n[2,"y"],\n[3,"z"]]}',
    ],
    [
      'a list deep inside, and the rest minified',
      '{"ok": true, "data": {"items": [{"name": "x", "status": "up"}, {"name": "y", "status": "up"}, {"name": "z", "status": "down"}]}}',
      '{"ok":true,"data":{"items":{"name,status":[\n["x","up"],\n["y","up"],\n["z","down"]]}}}',
    ],
    [
      'what all have alike, once',
      '[{"id":1,"kind":"disk","size":5,"tags":[]},{"id":2,"kind":"disk","size":5,"tags":[]},{"id":3,"kind":"disk","size":5,"tags":[]}]',
      '{"id,kind=disk,size=5,tags=[]":[\n[1],\n[2],\n[3]]}',
    ],
    [
      'an object that all have alike, without a cell',
      '[{"id":1,"at":{"zone":"b","host":{"rack":3}},"on":{"port":1}},{"id":2,"at":{"zone":"b","host":{"rack":3}},"on":{"port":2}}]',
      '{"id,at{zone=b,host{rack=3}},on{port}":[\n[1,[1]],\n[2,[2]]]}',
    ],
    [
      'equal objects, with one cell each',
      '[{"name":"x","kind":"disk"},{"name":"x","kind":"disk"}]',
      '{"name,kind=disk":[\n["x"],\n["x"]]}',
    ],
    [
      'a text that would not read as one, not lifted',
      '[{"id":1,"zip":"0123","note":"a, b","on":"true"},{"id":2,"zip":"0123","note":"a, b","on":"true"}]',
      '{"id,zip,note,on":[\n[1,"0123","a, b","true"],\n[2,"0123","a, b","true"]]}',
    ],
    [
      'no key, null and "" as what they are',
      '[{"name":"x","note":null,"size":1},{"name":"y","note":"","size":2},{"name":"z","size":3},{"name":"w","note":"n","size":4},{"name":"v"}]',
      '{"name,note,size":[\n["x",null,1],\n["y","",2],\n["z","(absent)",3],\n["w","n",4],\n["v"]]}',
    ],
    [
      'inner objects and lists that are alike',
      '[{"no":"A1","seats":{"first":3,"second":20},"stops":[{"code":"FRA","gate":2},{"code":"LHR","gate":9}]},{"no":"B2","seats":{"first":0,"second":7},"stops":[]},{"no":"C3","seats":null,"stops":[{"code":"CDG","gate":1}]}]',
      '{"no,seats{first,second},stops[code,gate]":[\n["A1",[3,20],[["FRA",2],["LHR",9]]],\n["B2",[0,7],[]],\n["C3",null,[["CDG",1]]]]}',
    ],
    [
      'lists of lists',
      '[[{"from":"FRA","to":"LHR"},{"from":"LHR","to":"JFK"}],[{"from":"FRA","to":"CDG"},{"from":"CDG","to":"JFK"}]]',
      '{"[from,to]":[\n[["FRA","LHR"],["LHR","JFK"]],\n[["FRA","CDG"],["CDG","JFK"]]]}',
    ],
    [
      'an object of objects that are alike, by its keys',
      '{"nodes":{"node-1":{"id":"node-1","cpu":4,"disk":80},"node-2":{"id":"node-2","cpu":8},"node-3":{"id":"node-3","cpu":2,"disk":20}}}',
      '{"nodes":{"(key),id=(key),cpu,disk":[\n["node-1",4,80],\n["node-2",8],\n["node-3",2,20]]}}',
    ],
    [
      'objects of two sorts, without marks for what they lack behind their last cell',
      '{"card-1":{"brand":"visa","digits":"3848","id":"card-1"},"gift-2":{"amount":90,"id":"gift-2"},"card-3":{"brand":"amex","digits":"7712","id":"card-3"},"card-4":{"brand":"visa","digits":"2001","id":"card-4"},"gift-5":{"amount":15,"id":"gift-5"}}',
      '{"(key),amount,brand,digits,id=(key)":[\n["card-1","(absent)","visa","3848"],\n["gift-2",90],\n["card-3","(absent)","amex","7712"],\n["card-4","(absent)","visa","2001"],\n["gift-5",15]]}',
    ],
    [
      'an object of objects of which one is not alike',
      '{"a-1":{"cpu":4,"disk":80},"b-2":{"cpu":8,"disk":9},"c-3":{"disk":20,"cpu":1},"d-4":{"cpu":1,"disk":7}}',
      '{"(key),cpu,disk":[\n["a-1",4,80],\n["b-2",8,9],\n{"c-3":{"disk":20,"cpu":1}},\n["d-4",1,7]]}',
    ],
    [
      'objects of objects in the rows of a table',
      '[{"no":1,"rates":{"r1":{"from":"a","to":"b"},"r2":{"from":"c","to":"d"}}},{"no":2,"rates":{"r3":{"from":"e","to":"f"},"r4":{"from":"g","to":"h"}}}]',
      '{"no,rates{(key),from,to}":[\n[1,[["r1","a","b"],["r2","c","d"]]],\n[2,[["r3","e","f"],["r4","g","h"]]]]}',
    ],
    [
      'an object of another order, with a key twice, with a rare key, or empty, as an object',
      '[{"kind":"a","value":1},{"value":2,"kind":"b"},{"kind":"c","kind":"d"},{"kind":"e","value":5,"odd":1},{},{"kind":"f","value":6},7,null,{"kind":"g","value":7}]',
      '{"kind,value":[\n["a",1],\n{"value":2,"kind":"b"},\n{"kind":"c","kind":"d"},\n{"kind":"e","value":5,"odd":1},\n{},\n["f",6],\n7,\nnull,\n["g",7]]}',
    ],
    [
      'a value that reads as an absent one, as an object',
      '[{"kind":"a","value":1},{"kind":"(absent)","value":2},{"kind":"c","value":3},{"kind":"d","value":4}]',
      '{"kind,value":[\n["a",1],\n{"kind":"(absent)","value":2},\n["c",3],\n["d",4]]}',
    ],
    [
      'number literals and escapes as they stand',
      '[{"value": 1.0, "abc": "\\/"}, {"value": 1e400, "abc": "\\ud800"}, {"value": 12345678901234567890, "abc": ""}]',
      '{"value,abc":[\n[1.0,"\\/"],\n[1e400,"\\ud800"],\n[12345678901234567890,""]]}',
    ],
    [
      'a list in a text',
      'Found:\n[{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]\n3 rows',
      'Found:\n{"id,name":[\n[1,"first of them"],\n[2,"second of them"],\n[3,"third"]]}\n3 rows',
    ],
    [
      'a list of one key',
      '[{"hostname":"a"},{"hostname":"b"},{"hostname":"c"}]',
      '{"hostname,":[\n["a"],\n["b"],\n["c"]]}',
    ],
    [
      'lines of JSON, with other lines among them',
      'started\n{"severity":30,"message":"up","port":80}\n{"severity":30,"message":"ready"}\nno JSON "here"\n{"severity":30,"message":"stop", "code": [1]}\n{"severity":30,"message":"down","port":81}\n{"severity":30,"message":"gone"}\n',
      'started\n{"severity=30,message,port":[\n["up",80],\n["ready"],\n"no JSON \\"here\\"",\n"{\\"severity\\":30,\\"message\\":\\"stop\\", \\"code\\": [1]}",\n["down",81],\n["gone"]],"between":"\\n"}\n',
    ],
    [
      'lines of JSON behind a time, with Windows line ends',
      '10:00:01 {"level":"info","msg":"up","port":80}\r\n10:00:02 {"level":"warn","msg":"slow","port":80}\r\n10:00:05 {"level":"info","msg":"down","port":80}\r\n',
      '{"(text),level,msg,port=80":[\n["10:00:01 ","info","up"],\n["10:00:02 ","warn","slow"],\n["10:00:05 ","info","down"]],"between":"\\r\\n"}\r\n',
    ],
    [
      'what is whole of a list that was cut off',
      '{"items": [\n  {"name": "first", "size": 1},\n  {"name": "y", "size": 2},\n  {"name": "z", "size": 3},\n  {"name": "w", "si',
      '{"items": [\n  {"name,size":[\n["first",1],\n["y",2],\n["z",3]],"between":",\\n  "},\n  {"name": "w", "si',
    ],
    [
      'in a cell what nobody sees, and what may be taken for a number',
      '[{"id":1,"a":"\u200b","b":"NaN","c":"None"},{"id":2,"a":"\u200b","b":"NaN","c":"None"},{"id":3,"a":"\u200b","b":"NaN","c":"None"}]',
      '{"id,a,b,c=None":[\n[1,"\u200b","NaN"],\n[2,"\u200b","NaN"],\n[3,"\u200b","NaN"]]}',
    ],
  ],
  untouched: [
    ...JSON_IN_CODE,
    ['an empty text', ''],
    ['one object', '[{"id":1,"name":"a"}]'],
    ['objects with nothing in common', '[{"a":1},{"b":2},{"c":3}]'],
    ['two objects whose header would cost as much', '[{"a":1},{"a":2}]'],
    ['lists of numbers', '[[1,2],[3,4]]'],
    ['objects among lists', '[{"id":1,"name":"a"},[1],{"id":2,"name":"b"},{"id":3,"name":"c"}]'],
    ['keys that a header cannot hold', '[{"a,b":1,"c=d":2},{"a,b":3,"c=d":4},{"a,b":5,"c=d":6}]'],
    ['a list that was cut off', '[{"id":1,"name":"a"},{"id":2,"name":"b"},{"id":3,"na'],
    ['a table of ours', '{"id,name":[[1,"a"],[2,"b"]]}'],
    ['a table of somebody else', 'rows: { "x,y" : [[1,2,3],[4,5,6]] } [{"id":1,"name":"a"},{"id":2,"name":"b"}]'],
  ],
  texts: fc.oneof(nearJson, jsonLines),
  forms: fc.oneof(tables, runs),
}

export const columnarJsonFixture: TechniqueFixture = {
  ...columnarJsonShortFixture,
  technique: columnarJson,
  samples: [
    [
      'what all have alike, in every row',
      '[{"id":1,"kind":"disk","at":{"zone":"b"},"tags":[]},{"id":2,"kind":"disk","at":{"zone":"b"},"tags":[]},{"id":3,"kind":"disk","at":{"zone":"c"},"tags":[]}]',
      '{"id,kind,at{zone},tags":[\n[1,"disk",["b"],[]],\n[2,"disk",["b"],[]],\n[3,"disk",["c"],[]]]}',
    ],
    [
      'JSON lines behind time stamps, with what all have alike',
      '10:00:01 {"level":"info","msg":"up","port":80}\n10:00:02 {"level":"warn","msg":"slow","port":80}\n10:00:05 {"level":"info","msg":"down","port":80}\n',
      '{"(text),level,msg,port":[\n["10:00:01 ","info","up",80],\n["10:00:02 ","warn","slow",80],\n["10:00:05 ","info","down",80]],"between":"\\n"}\n',
    ],
    [
      'a value that repeats its key',
      '{"a-1":{"id":"a-1","cpu":4},"a-2":{"id":"a-2","cpu":8},"a-3":{"id":"a-3","cpu":2}}',
      '{"(key),id=(key),cpu":[\n["a-1",4],\n["a-2",8],\n["a-3",2]]}',
    ],
  ],
}
