"""How strong the active challenge is: computed, and simulated on the flow itself."""
