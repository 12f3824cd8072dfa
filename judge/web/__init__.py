"""HTTP in and out. Blueprints hold no rules and commit nothing: that is for the modules below."""
