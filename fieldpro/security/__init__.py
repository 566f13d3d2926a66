"""Who may do what, how secrets are kept, and the record of what was done.

rights, policy     roles, rights by job, and which jobs need a signed authorisation
users, idle        the users of the program: signing in, lock-out, automatic lock
secret_store       meter passwords and keys: the system's keyring, or a vault file
authorisation      signed files that allow a job on named meters for a time and a number of uses
chain, entries     the audit records: hashed, chained, sealed; `fieldpro.store.audit` keeps them
guard              the one object that the faces ask before a job and tell after it
"""
