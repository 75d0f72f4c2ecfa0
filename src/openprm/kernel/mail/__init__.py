"""E-mail on its way out: written with the change it tells of, sent by a job, kept where no server is configured."""
