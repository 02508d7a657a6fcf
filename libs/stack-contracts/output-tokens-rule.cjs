/** Property by which types are those of an output: `outputToken` in src/contract.ts. */
const MARK = '__@outputToken@';

const words = (...lines) => new Set(lines.join(' ').split(' '));

const FUNCTIONS = words(
  'Number parseInt parseFloat isNaN isFinite BigInt Boolean Set Map RegExp URL Date structuredClone',
  'encodeURIComponent encodeURI decodeURIComponent decodeURI JSON.parse Array.from Array.of Buffer.from Buffer.byteLength',
  'Number.parseInt Number.parseFloat Number.isNaN Number.isInteger Number.isSafeInteger Number.isFinite btoa atob Array',
  'Object.keys Object.values Object.entries Object.assign Object.is Object.hasOwn Object.fromEntries',
);

const MATH = /^Math\./;

/** Methods that compare their argument with what they are called on, or look it up there. */
const COMPARING = words(
  'includes indexOf lastIndexOf startsWith endsWith localeCompare has get test exec match search split',
);

/** Methods that look for their first argument, and put in the second as it is. */
const REPLACING = words('replace replaceAll');

/** Methods of an array that order its items, or take them apart. */
const ORDERING = words('sort toSorted flat');

/** Expressions that are their operand, whatever type they give it. */
const WRAPPERS = words('TSAsExpression TSNonNullExpression TSSatisfiesExpression TSTypeAssertion ChainExpression');

/** Methods and functions of which the result is another one for a token: a list in a text, its items, the hash of a text. */
const TAKING_LISTS = words('concat String');
const HASHING = words('update');

const OPERATORS = words('== != === !== < > <= >= - * / % ** | & ^ << >> >>> in instanceof');

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'problem',
    docs: { description: "Finds JavaScript that works on an output's token in place of its value" },
    schema: [],
    messages: {
      misuse:
        '{{what}} works on the token of an output, and its value is known only when Terraform runs. ' +
        'Use outputFn of @dr/stack-contracts, or decide by a setting.',
    },
  },

  create(context) {
    const services = context.sourceCode.parserServices;
    const found = new WeakMap();

    /** Says how much of a type is outputs: `all`, `some` of a union, or nothing. */
    function tokensIn(type) {
      if (type.isUnion()) {
        const kinds = type.types.map(tokensIn);
        return kinds.every((kind) => kind === 'all') ? 'all' : kinds.some(Boolean) ? 'some' : undefined;
      }
      if (!type.isIntersection()) return undefined;
      if (!found.has(type)) {
        const isMarked = type.types.some((part) =>
          part.getProperties().some(({ escapedName }) => String(escapedName).startsWith(MARK)),
        );
        found.set(type, isMarked ? 'all' : undefined);
      }
      return found.get(type);
    }

    /** Says the same of an expression: by its type, and of a text by the outputs that it is made of. */
    function tokens(node) {
      const known = tokensIn(services.getTypeAtLocation(node));
      if (known) return known;
      if (WRAPPERS.has(node.type)) return tokens(node.expression);
      const isSum = node.type === 'BinaryExpression' && node.operator === '+';
      const parts = node.type === 'TemplateLiteral' ? node.expressions : isSum ? [node.left, node.right] : [];
      return parts.some(tokens) ? 'all' : undefined;
    }
    const report = (node, what) => context.report({ node, messageId: 'misuse', data: { what } });

    /** A condition that is about whether an optional output is there is none about its value. */
    const condition = (node) => {
      if (node && tokens(node) === 'all') report(node, 'A condition');
    };
    const isNothing = (node) =>
      (node.type === 'Identifier' && node.name === 'undefined') || (node.type === 'Literal' && node.value === null);
    const isList = (node) =>
      services.program.getTypeChecker().isArrayLikeType(services.getTypeAtLocation(node)) ||
      services.getTypeAtLocation(node).types?.some((part) => services.program.getTypeChecker().isArrayType(part));

    /** Whether an array is one of outputs, and not itself one. */
    function holdsTokens(node) {
      const checker = services.program.getTypeChecker();
      const type = services.getTypeAtLocation(node);
      return checker.isArrayType(type) && checker.getTypeArguments(type).some(tokensIn);
    }

    function call(node) {
      const name = context.sourceCode.getText(node.callee);
      const method =
        node.callee.type === 'MemberExpression' && !node.callee.computed ? node.callee.property.name : undefined;
      const isOfItems = COMPARING.has(method) || ORDERING.has(method);
      if (isOfItems && holdsTokens(node.callee.object)) report(node.callee, `${method}()`);
      const works = FUNCTIONS.has(name) || MATH.test(name) || COMPARING.has(method) || HASHING.has(method);
      node.arguments.forEach((argument, index) => {
        if (argument.type === 'SpreadElement' || !tokens(argument)) return;
        const takesApart = TAKING_LISTS.has(method ?? name) && isList(argument);
        const looksFor = REPLACING.has(method) && index === 0;
        if (works || takesApart || looksFor) report(argument, `${method ?? name}()`);
      });
    }

    return {
      BinaryExpression(node) {
        if (isNothing(node.left) || isNothing(node.right)) return;
        for (const side of [node.left, node.right]) {
          if (side.type === 'PrivateIdentifier' || !tokens(side)) continue;
          if (OPERATORS.has(node.operator) || (node.operator === '+' && isList(side))) report(side, node.operator);
        }
      },
      UnaryExpression(node) {
        if (['+', '-', '~'].includes(node.operator) && tokens(node.argument)) report(node.argument, node.operator);
        if (node.operator === '!') condition(node.argument);
      },
      LogicalExpression(node) {
        if (node.operator !== '??') condition(node.left);
      },
      'IfStatement, ConditionalExpression, WhileStatement, DoWhileStatement, ForStatement'(node) {
        condition(node.test);
      },
      AssignmentExpression({ left, operator, right }) {
        const of = operator.slice(0, -1);
        if (['ArrayPattern', 'ObjectPattern'].includes(left.type) && tokens(right)) report(right, 'Destructuring');
        if (['||', '&&'].includes(of)) condition(left);
        for (const side of [left, right]) {
          if (OPERATORS.has(of) && tokens(side)) report(side, operator);
          if (of === '+' && tokens(side) && isList(side)) report(side, operator);
        }
      },
      SwitchStatement(node) {
        if (tokens(node.discriminant)) report(node.discriminant, 'switch');
      },
      SwitchCase(node) {
        if (node.test && tokens(node.test)) report(node.test, 'case');
      },
      MemberExpression(node) {
        if (node.computed && tokens(node.property)) report(node.property, 'A key');
        if (!tokens(node.object)) return;
        const name = context.sourceCode.getText(node.property);
        if (!node.computed && ['toString', 'valueOf'].includes(name) && !isList(node.object)) return;
        report(node, node.computed ? `[${name}]` : `.${name}`);
      },
      SpreadElement(node) {
        if (tokens(node.argument)) report(node, '…');
      },
      'ForOfStatement, ForInStatement'(node) {
        if (tokens(node.right)) report(node.right, 'A loop');
      },
      VariableDeclarator(node) {
        const takesApart = node.id.type === 'ArrayPattern' || node.id.type === 'ObjectPattern';
        if (takesApart && node.init && tokens(node.init)) report(node.init, 'Destructuring');
      },
      TemplateLiteral(node) {
        for (const part of node.expressions) if (tokens(part) && isList(part)) report(part, 'A list in a text');
      },
      CallExpression: call,
      NewExpression: call,
    };
  },
};
