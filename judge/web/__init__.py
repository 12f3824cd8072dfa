"""HTTP in and out. Blueprints hold no rules and commit nothing: that is the modules' business below."""
