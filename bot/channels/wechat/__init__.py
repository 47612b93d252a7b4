"""The WeChat service account: what arrives, what is answered, and how."""
