import {
  problemOfValue,
  type PropertyDeclaration,
  type PropertyObject,
} from '../property/property.js';
import { operatorsOf, propertyOf, type Condition, type Filter } from './filter.js';
import { conditionsOf, type FilterProblem } from './read-filter.js';

/** A declaration with the property that it declares. */
export interface DeclaredProperty extends PropertyDeclaration {
  readonly object: PropertyObject;
}

/** The free properties that a filter asks for, each once. */
export function propertiesIn(
  filter: Filter,
): readonly { readonly object: PropertyObject; readonly name: string }[] {
  const found = new Map<string, { readonly object: PropertyObject; readonly name: string }>();
  for (const { condition } of conditionsOf(filter)) {
    const property = propertyOf(condition.field);
    if (property !== undefined) found.set(condition.field, property);
  }
  return [...found.values()];
}

/** The parts of a filter that contradict what the account declares of its properties; undeclared ones go with anything. */
export function problemsOfProperties(
  filter: Filter,
  declared: readonly DeclaredProperty[],
): readonly FilterProblem[] {
  return [...conditionsOf(filter)].flatMap(({ condition, path }) => {
    const property = propertyOf(condition.field);
    const declaration = declared.find(
      ({ object, name }) => object === property?.object && name === property.name,
    );
    if (declaration === undefined) return [];
    return problemsOf(condition, declaration).map((problem) => ({
      ...problem,
      path: [...path, ...problem.path],
    }));
  });
}

function problemsOf(condition: Condition, declaration: DeclaredProperty): readonly FilterProblem[] {
  const allowed = operatorsOf[declaration.type];
  if (!allowed.includes(condition.operator)) {
    const message = `${condition.field} is declared as ${declaration.type}, which is compared by one of: ${allowed.join(', ')}.`;
    return [{ path: ['operator'], code: 'unknown_operator', message }];
  }
  switch (condition.operator) {
    case 'eq':
    case 'neq': {
      const message = problemOfValue(declaration, condition.value);
      return message === undefined ? [] : [{ path: ['value'], code: 'invalid_value', message }];
    }
    case 'in':
      return condition.value.flatMap((value, index) => {
        const message = problemOfValue(declaration, value);
        return message === undefined
          ? []
          : [{ path: ['value', index], code: 'invalid_value', message }];
      });
    default:
      return [];
  }
}
