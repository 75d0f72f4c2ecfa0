"""The pages of recruiting: the public's, the vendor's, and the partner's own entry in the directory."""
