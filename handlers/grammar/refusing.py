"""Messages that try to change 小二 itself: injected orders, speaking as somebody else, wanting everything."""

import re

_INJECTION = re.compile(
    r"(?:忘掉|忘记|抛开|丢掉).{0,6}(?:设定|指令|规则|身份|限制)|忽略.{0,12}(?:规则|指令|限制|权限|提示"
    r"|设定)|(?:无视|绕过|跳过|解除|关闭|取消).{0,8}(?:规则|限制|权限|审计|校验|检查)"
    r"|(?:系统|初始)提示词|(?:从现在起|从现在开始|现在开始|以后)你(?:就)?是|你现在是(?!谁|什么|在)"
    r"|开发者模式|管理员模式|调试模式|越狱"
    r"|(?:ignore|disregard|forget) (?:all |any |the |your |previous |prior |above )*(?:rules?"
    r"|instructions?|restrictions?|prompts?)"
    r"|system prompt|developer mode|jailbreak|bypass (?:the )?(?:rules?|permissions?|restrictions?)"
    r"|you are now|pretend (?:to be|you are)",
    re.I,
)
_IMPERSONATION = re.compile(
    r"(?:以|用).{1,8}(?:的?身份|的?名义|的?账号|的?权限)(?:来|去|登录|查|看|批|同意|提交|发|执行|操作|给|帮)"
    r"|(?:假装|冒充|扮演|当作|假设)(?:我是|你是|是|成)?.{0,8}(?:总|经理|总裁|董事长|管理员|admin|领导"
    r"|老板|财务)"
    r"|(?:替|代|帮).{1,6}(?:点|按)(?:一下)?(?:同意|批准|通过)"
    r"|(?:act|login|log in|sign) (?:as|for) (?:the )?(?:admin|president|manager|boss|ceo|gm)|impersonate"
    r"|on behalf of the (?:ceo|president)",
    re.I,
)
_BULK = re.compile(
    r"(?:把|将|给我|列出|显示|发我|发给我|告诉我|导出|打印|输出|公开).{0,8}(?:所有|全部|全集团|全公司"
    r"|整个|一切).{0,10}"
    r"(?:客户|线索|合同|电话|手机号|联系方式|价格|底价|数据|数据库|密码|密钥|名单|资料|工资|薪)"
    r"|(?:数据库|密钥|密码|token|api ?key|secret).{0,6}(?:给我|发我|是什么|告诉|列|导出)"
    r"|(?:show|give|list|dump|reveal|tell|send|export) (?:me )?(?:all|every|everything|the whole)\b.{0,20}"
    r"(?:customers?|phones?|data|database|passwords?|secrets?|contacts?|records?|prices?)"
    r"|reveal everything|dump the database",
    re.I,
)
_MINE = re.compile(r"我的|我全部|我名下|我负责|my\b|自己的", re.I)


def refused(text: str) -> str:
    """What the message attempts (prompt_injection, impersonation, bulk_disclosure); empty when nothing."""
    if _INJECTION.search(text):
        return "prompt_injection"
    if _IMPERSONATION.search(text):
        return "impersonation"
    if _BULK.search(text) and not _MINE.search(text):
        return "bulk_disclosure"
    return ""
