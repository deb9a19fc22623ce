-- Whether a policy changed is asked after every change of any; without this its text would be read to tell.
CREATE INDEX policy_stamp ON policy (id, digest, superseded_by);
