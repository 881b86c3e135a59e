import fc from 'fast-check'
import { columnarJson } from '../../../../src/core/compress/techniques/columnar-json.ts'
import { nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const KEYS = fc.constantFrom(
  '["a","b"]',
  '[["a","b"]]',
  '["a",{"b":["c"]}]',
  '["a",{"b":[["c"]]}]',
  '[]',
  '[1]',
  '"a"',
  '["a",{}]',
  '[["a"],["b"]]',
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
  '[1,["x"]]',
  '[1,[["x"],[]]]',
)

/** Tables, right and wrong. */
const tables = fc
  .tuple(fc.constantFrom('', 'log: ', '{"x":'), KEYS, fc.array(ROW, { maxLength: 4 }), fc.constantFrom('', '}', '\n'))
  .map(([before, keys, rows, after]) => `${before}{"keys":${keys},"rows":[${rows.join(',')}]}${after}`)

export const columnarJsonFixture: TechniqueFixture = {
  technique: columnarJson,
  samples: [
    [
      'a list of objects',
      '[{"id": 1, "name": "x"}, {"id": 2, "name": "y"}, {"id": 3, "name": "z"}]',
      '{"keys":["id","name"],"rows":[[1,"x"],[2,"y"],[3,"z"]]}',
    ],
    [
      'a list deep inside, and the rest minified',
      '{"ok": true, "data": {"items": [{"name": "x", "status": "up"}, {"name": "y", "status": "up"}, {"name": "z", "status": "down"}]}}',
      '{"ok":true,"data":{"items":{"keys":["name","status"],"rows":[["x","up"],["y","up"],["z","down"]]}}}',
    ],
    [
      'no key, null and "" as what they are',
      '[{"name":"x","note":null,"size":1},{"name":"y","note":"","size":2},{"name":"z","size":3},{"name":"w","note":"n","size":4},{"name":"v"}]',
      '{"keys":["name","note","size"],"rows":[["x",null,1],["y","",2],["z","(absent)",3],["w","n",4],["v"]]}',
    ],
    [
      'inner objects and lists that are alike',
      '[{"no":"A1","seats":{"first":3,"second":20},"stops":[{"code":"FRA","gate":2},{"code":"LHR","gate":9}]},{"no":"B2","seats":{"first":0,"second":7},"stops":[]},{"no":"C3","seats":null,"stops":[{"code":"CDG","gate":1}]}]',
      '{"keys":["no",{"seats":["first","second"]},{"stops":[["code","gate"]]}],"rows":[["A1",[3,20],[["FRA",2],["LHR",9]]],["B2",[0,7],[]],["C3",null,[["CDG",1]]]]}',
    ],
    [
      'lists of lists',
      '[[{"from":"FRA","to":"LHR"},{"from":"LHR","to":"JFK"}],[{"from":"FRA","to":"CDG"},{"from":"CDG","to":"JFK"}]]',
      '{"keys":[["from","to"]],"rows":[[["FRA","LHR"],["LHR","JFK"]],[["FRA","CDG"],["CDG","JFK"]]]}',
    ],
    [
      'an object of another order, with a key twice, with a rare key, or empty, as an object',
      '[{"kind":"a","value":1},{"value":2,"kind":"b"},{"kind":"c","kind":"d"},{"kind":"e","value":5,"odd":1},{},{"kind":"f","value":6},7,null,{"kind":"g","value":7}]',
      '{"keys":["kind","value"],"rows":[["a",1],{"value":2,"kind":"b"},{"kind":"c","kind":"d"},{"kind":"e","value":5,"odd":1},{},["f",6],7,null,["g",7]]}',
    ],
    [
      'a value that reads as an absent one, as an object',
      '[{"kind":"a","value":1},{"kind":"(absent)","value":2},{"kind":"c","value":3},{"kind":"d","value":4}]',
      '{"keys":["kind","value"],"rows":[["a",1],{"kind":"(absent)","value":2},["c",3],["d",4]]}',
    ],
    [
      'number literals and escapes as they stand',
      '[{"value": 1.0, "\\u0061bc": "\\/"}, {"value": 1e400, "\\u0061bc": "\\ud800"}, {"value": 12345678901234567890, "\\u0061bc": ""}]',
      '{"keys":["value","\\u0061bc"],"rows":[[1.0,"\\/"],[1e400,"\\ud800"],[12345678901234567890,""]]}',
    ],
    [
      'a list in a text',
      'Found:\n[{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]\n3 rows',
      'Found:\n{"keys":["id","name"],"rows":[[1,"first of them"],[2,"second of them"],[3,"third"]]}\n3 rows',
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['one object', '[{"id":1,"name":"a"}]'],
    ['objects with nothing in common', '[{"a":1},{"b":2},{"c":3}]'],
    ['two objects whose header would cost as much', '[{"a":1},{"a":2}]'],
    ['lists of numbers', '[[1,2],[3,4]]'],
    ['objects among lists', '[{"id":1,"name":"a"},[1],{"id":2,"name":"b"},{"id":3,"name":"c"}]'],
    ['a list that was cut off', '[{"id":1,"name":"a"},{"id":2,"name":"b"},{"id":3,"na'],
    ['a table of ours', '{"keys":["id","name"],"rows":[[1,"a"],[2,"b"]]}'],
    [
      'a table of somebody else',
      'rows: { "keys" : 1, "rows" : [{"id":1,"name":"a"},{"id":2,"name":"b"},{"id":3,"name":"c"}] }',
    ],
  ],
  texts: nearJson,
  forms: tables,
}
