"""The staff side, a door of its own. So far one page: how the service is doing, without anybody's words."""
