"""The lawyers', supervisors' and editors' workbench: a door of its own, rich and live, behind sign-in."""
