#!/usr/bin/env bash
# @graphql-hive/router-query-planner 0.0.38, called as its README shows: new QueryPlanner(sdl).plan(operation).
# Expected: a plan, as the README says.
# Seen: TypeError "Cannot convert undefined or null to object", which names neither the argument nor the method. `plan` takes
# four arguments, and the set of active labels has no default, although the graph has no labels; undefined and null are not
# taken for an empty set.
# And with all four: @defer is planned as if it were not there, although the plan's types have a DeferNode.
set -euo pipefail
[ "$(uname -s)" = 'Linux' ] || [ "$(uname -s)" = 'Darwin' ] || { echo 'needs Linux or macOS'; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund @graphql-hive/router-query-planner@0.0.38 @apollo/composition@2.14.4 graphql@16.15.0
cat > run.js <<'JS'
import { composeServices } from '@apollo/composition';
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { parse } from 'graphql';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const books = `${link} type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String }`;
const prices = `${link} type Book @key(fields: "id") { id: ID! price: Int }`;
const { supergraphSdl } = composeServices([
  { name: 'books', url: 'http://books.test', typeDefs: parse(books) },
  { name: 'prices', url: 'http://prices.test', typeDefs: parse(prices) },
]);
const planner = new QueryPlanner(supergraphSdl);
const seen = (act) => {
  try {
    return JSON.stringify(act()).match(/"kind":"(Fetch|Defer)"/g)?.join(' ') ?? 'nothing';
  } catch (error) {
    return String(error);
  }
};
console.log('one argument:   ', seen(() => planner.plan('{ book { title price } }')));
console.log('labels null:    ', seen(() => planner.plan('{ book { title price } }', null, null, 0)));
console.log('all of them:    ', seen(() => planner.plan('{ book { title price } }', null, new Set(), 0)));
console.log('with @defer:    ', seen(() => planner.plan('{ book { title ... @defer { price } } }', null, new Set(), 0)));
JS
output=$(node run.js)
echo "$output"
[ "$(grep -c 'TypeError: Cannot convert undefined or null to object' <<< "$output")" -eq 2 ] || { echo 'changed: the labels can be left out'; exit 1; }
grep -q '^all of them:     "kind":"Fetch" "kind":"Fetch"$' <<< "$output" || { echo 'changed: another plan'; exit 1; }
grep -q '^with @defer:     "kind":"Fetch" "kind":"Fetch"$' <<< "$output" || { echo 'changed: it defers'; exit 1; }
echo 'as stated'
