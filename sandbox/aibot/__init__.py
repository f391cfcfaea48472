"""A stand-in for WeCom's smart bots (智能机器人): encrypted JSON callbacks or one long connection."""
