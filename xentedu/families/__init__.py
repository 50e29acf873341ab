"""One module for each family of losses: the formula, its gradients in closed form, and the derivation of both."""
