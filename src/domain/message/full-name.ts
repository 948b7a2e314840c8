/** A contact's first and last name, as far as there are any; null for a contact without. */
export function fullName(contact: {
  readonly firstName: string | null;
  readonly lastName: string | null;
}): string | null {
  const name = [contact.firstName, contact.lastName].filter((part) => part !== null).join(' ');
  return name === '' ? null : name;
}
