import type { Definition, Node } from './ast.ts';
import type { Code } from './code.ts';
import type { Value } from './values/kinds.ts';

/** What the host lets expressions use of the outside world. */
export interface JqHost {
  /** Milliseconds since the epoch, for `now`; without it `now` is refused at compile time. */
  readonly now?: () => number;
  /** Receives what `debug` is given; without it `debug` only passes it on. */
  readonly debug?: (message: Value) => void;
}

/** What all scopes of one compilation share. */
export interface Compilation {
  readonly compile: (node: Node, scope: Scope) => Code;
  readonly host: JqHost;
  /** Set once the program can make values that JSON has no notation for, or that nest or multiply without end. */
  needsCheck: boolean;
  /** Recursive functions found to yield more or less than one value. */
  readonly manyValued: Set<Definition>;
  /** Definitions of the prelude in use, by `name/arity`. */
  readonly prelude: Map<string, FunctionBinding>;
}

export interface FunctionBinding {
  readonly definition: Definition;
  /** Where the definition stands; its body sees itself and its parameters on top. */
  scope: Scope;
  /** The compiled body. */
  code: Code | undefined;
  /** Stands for the body while it is being compiled. */
  placeholder: Code | undefined;
  isRecursive: boolean;
}

export function bindFunction(definition: Definition, scope: Scope): FunctionBinding {
  return { definition, scope, code: undefined, placeholder: undefined, isRecursive: false };
}

type NameKind = 'variable' | 'closure' | 'parameter' | 'label' | 'function';

interface Name {
  readonly kind: NameKind;
  readonly name: string;
  readonly arity: number;
  readonly depth: number;
  readonly binding: FunctionBinding | undefined;
  readonly up: Name | undefined;
}

/** The names a filter may use, and how many links long the environment is where it runs. */
export class Scope {
  readonly compilation: Compilation;
  readonly depth: number;
  readonly #names: Name | undefined;

  constructor(compilation: Compilation, depth = 0, names?: Name) {
    this.compilation = compilation;
    this.depth = depth;
    this.#names = names;
  }

  compile(node: Node): Code {
    return this.compilation.compile(node, this);
  }

  /** Adds one link: a `parameter` is both the variable `$name` and the filter `name`. */
  with(kind: Exclude<NameKind, 'function'>, name: string): Scope {
    const depth = this.depth + 1;
    return new Scope(this.compilation, depth, {
      kind,
      name,
      arity: 0,
      depth,
      binding: undefined,
      up: this.#names,
    });
  }

  /** Adds a function; takes no link of the environment. */
  withFunction(definition: Definition): Scope {
    const { depth } = this;
    const { name, parameters } = definition;
    const entry = {
      kind: 'function',
      name,
      arity: parameters.length,
      depth,
      up: this.#names,
    } as const;
    const binding = bindFunction(definition, this);
    const scope = new Scope(this.compilation, depth, { ...entry, binding });
    binding.scope = scope;
    return scope;
  }

  /** Links from here up to the variable or label; undefined when there is none. */
  hopsTo(kind: 'variable' | 'label', name: string): number | undefined {
    const kinds: readonly NameKind[] = kind === 'label' ? [kind] : ['variable', 'parameter'];
    const found = this.#find((entry) => entry.name === name && kinds.includes(entry.kind));
    return found === undefined ? undefined : this.depth - found.depth;
  }

  /** The function or filter parameter a call means, and the links up to where it was bound. */
  callee(
    name: string,
    arity: number,
  ): { readonly hops: number; readonly binding: FunctionBinding | undefined } | undefined {
    const found = this.#find(
      (entry) =>
        entry.name === name &&
        entry.arity === arity &&
        ['function', 'closure', 'parameter'].includes(entry.kind),
    );
    return found === undefined
      ? undefined
      : { hops: this.depth - found.depth, binding: found.binding };
  }

  #find(isWanted: (entry: Name) => boolean): Name | undefined {
    let entry = this.#names;
    while (entry !== undefined && !isWanted(entry)) entry = entry.up;
    return entry;
  }
}
