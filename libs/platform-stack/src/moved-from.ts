import { App, Aspects, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';

/**
 * Keeps what a construct has deployed when it is renamed or moved within its state: Terraform takes each resource at and
 * below it for the one at the former path. The call stays until every environment is deployed with it.
 *
 * @param formerPath path of the construct within its state before, without the state's own name: `Network/Vpc`
 * @throws when the path is empty or has an empty part
 */
export function movedFrom(construct: Construct, formerPath: string): void {
  const former = formerPath.split('/');
  if (former.some((id) => id === '')) {
    throw new Error(
      `movedFrom(${construct.node.path}): formerPath is ${JSON.stringify(formerPath)}, expected ids from below the state, such as Network/Vpc.`,
    );
  }
  // At the end of the synthesis: resources may be added below the construct until then.
  Aspects.of(construct).add({
    visit(node: IConstruct) {
      if (!TerraformResource.isTerraformResource(node)) return;
      const below = node.node.scopes.slice(construct.node.scopes.length).map((scope) => scope.node.id);
      node.moveFromId(`${node.terraformResourceType}.${logicalId([...former, ...below])}`);
    },
  });
}

/** The name that Terraform knows a construct by, from the ids of the path to it, as cdktf makes it. */
function logicalId(path: readonly string[]): string {
  const stack = new TerraformStack(new App({ stackTraces: false }), 'former');
  const construct = path.reduce<Construct>((scope, id) => new Construct(scope, id), stack);
  return stack.getLogicalId(construct.node);
}
