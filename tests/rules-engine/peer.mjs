// The real json-rules-engine, one case a line: `{"conditions", "facts"}` in, and out
// `{"stock": true | false | "<what it threw>", "contract": true | false, "differs": ["…"]}`.
//
// `stock` is what the engine answers as it stands. `differs` names the differences of expiration.md
// that some leaf of the case touches. `contract` is what the engine answers once its operators are
// kept from exactly these; it equals `stock` when there are none.
import { createInterface } from 'node:readline'
import engine from 'json-rules-engine'

const { Almanac, Engine } = engine
const operators = new Engine().operators

const isComposite = (value) => typeof value === 'object' && value !== null
const orders = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive']

// The difference that holding `fact` against `value` touches, if any.
function difference (operator, fact, value) {
  if (orders.includes(operator)) {
    return isComposite(fact) || isComposite(value) ? 'lists and objects are in no order' : null
  }
  if (operator === 'equal' || operator === 'notEqual') {
    return isComposite(fact) && fact === value ? 'lists and objects equal nothing' : null
  }
  if (operator === 'contains' || operator === 'doesNotContain') {
    const isMember = Array.isArray(fact) && isComposite(value) && fact.includes(value)
    return isMember ? 'lists and objects are no members' : null
  }
  if (Array.isArray(value)) {
    return isComposite(fact) && value.includes(fact) ? 'lists and objects are no members' : null
  }
  if (typeof value === 'string') {
    return typeof fact === 'string' ? null : 'what is no text is no part of one'
  }
  return 'no throw'
}

// What the contract says where there is a difference.
function contract (operator, why) {
  return ['notEqual', 'doesNotContain', 'notIn'].includes(operator) && why !== 'no throw'
}

function guarded () {
  const guarded = new Engine([], { allowUndefinedFacts: true })
  for (const name of ['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain', ...orders]) {
    const stock = operators.get(name)
    guarded.addOperator(name, (fact, value) => {
      const why = difference(name, fact, value)
      return why === null ? stock.evaluate(fact, value) : contract(name, why)
    })
  }
  return guarded
}

async function run (engine, { conditions, facts }) {
  engine.addRule({ conditions, event: { type: 'held' } })
  const { events } = await engine.run(facts)
  return events.length > 0
}

async function leafDifferences (condition, almanac) {
  const members = [condition.any, condition.all].find(Array.isArray)
  if (members) {
    return (await Promise.all(members.map((member) => leafDifferences(member, almanac)))).flat()
  }
  const value = await almanac.getValue(condition.value)
  const fact = await almanac.factValue(condition.fact, {}, condition.path)
  return [difference(condition.operator, fact, value)]
}

function almanacOf (facts) {
  const almanac = new Almanac({ allowUndefinedFacts: true })
  for (const [name, value] of Object.entries(facts)) almanac.addFact(name, value)
  return almanac
}

async function answer (test) {
  const stock = await run(new Engine([], { allowUndefinedFacts: true }), test).catch(String)
  const found = await leafDifferences(test.conditions, almanacOf(test.facts))
  const differs = [...new Set(found.filter((why) => why !== null))].sort()
  const contract = differs.length === 0 ? stock : await run(guarded(), test)
  return { stock, contract, differs }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))))
}
