export const usage = `Usage: npm run admin -- COMMAND; in production: node dist/bin/admin.js COMMAND

  create-account --name NAME [--time-zone ZONE] [--capability NAME]…
      [--admin-email ADDRESS [--admin-name NAME] [--smtp HOST:PORT [--smtp-security tls|starttls|none] [--smtp-user NAME]]]
      makes an account and its first key, which may do everything in it; the key is shown this once. With --admin-email it
      has its first user, an admin, and their mailbox, and the next three commands are printed. The mailbox sends by the
      server that --smtp names (tls on port 465, otherwise starttls, unless told), or by that of the npm start that is
      running. The password of --smtp-user is taken from SMTP_PASSWORD, asked for, or read from the standard input.
      Capabilities: linkedin_sales_navigator, marketing_campaigns
  list-accounts
  set-capabilities --account ID [--capability NAME]…
      switches these on and all others off
  create-key --account ID [--scope read|write|admin|events] [--name NAME] [--user WHO] [--expires INSTANT]
      another key, with the scope write unless told; it is shown this once. With --user (an id, an externalId or an
      email) it speaks for that user alone
  list-keys --account ID
  revoke-key --account ID --key KEY_OR_ID
      the key is useless from now on
  rotate-keys
      encrypts the passwords of all mailboxes with the newest key of CADENZA_ENCRYPTION_KEY, its first, while everything
      goes on; may be run again at any time. Names the mailboxes whose password no key opens, and fails if there are any

It works on DATABASE_URL or, without it, on the database of the npm start that is running.`;
