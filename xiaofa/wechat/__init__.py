"""`xiaofa wechat`: what an operator does with the service account, and a local WeChat to try it without one."""
