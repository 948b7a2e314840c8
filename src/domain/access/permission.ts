/** Permissions are given one at a time: the four of SHR-07, and the one to enroll thousands at once. */
export const permissions = [
  'sequences',
  'bulk_enroll',
  'import_enrollments',
  'edit_workflows',
  'publish_workflows',
] as const;
export type Permission = (typeof permissions)[number];

/** An admin has every permission, and alone manages users, teams, keys and the account. */
export const roles = ['admin', 'member'] as const;
export type Role = (typeof roles)[number];

/** Whether somebody holds a permission: by their role or by itself (SHR-07). */
export function hasPermission(
  holder: { readonly role: Role; readonly permissions: readonly string[] },
  permission: Permission,
): boolean {
  return holder.role === 'admin' || holder.permissions.includes(permission);
}
