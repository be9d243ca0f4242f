"""The platform's endpoints as methods, one module a group of resources."""
