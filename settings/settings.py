"""Every setting, with a safe default and a sentence that says what it does (`xiaofa settings` prints them)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from settings.secrets import Secrets, load_secrets

PROJECT_ROOT = Path(__file__).resolve().parent.parent
_TEN_YEARS = 315_360_000  # seconds
_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="XIAOFA_", toml_file=PROJECT_ROOT / "xiaofa.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Field(PROJECT_ROOT / "var", description="一次运行写下的一切都在这里：数据库、密钥、索引、日志")
    database_url: str = Field("", description="留空用 data_dir 下的 SQLite；生产用 postgresql+psycopg://…")
    rasa_host: str = Field("127.0.0.1", description="Rasa 只监听本机")
    rasa_port: int = Field(5005, description="Rasa 端口")
    actions_host: str = Field("127.0.0.1", description="动作服务器只监听本机")
    actions_port: int = Field(5055, description="动作服务器端口")
    actions_module: str = Field("actions", description="提供动作的模块；变异测试用它换上哑动作")
    bot_host: str = Field("127.0.0.1", description="网页与接口的监听地址；对外服务放在反向代理后面")
    bot_port: int = Field(8000, description="网页与接口的端口")
    desk_host: str = Field("127.0.0.1", description="律师工作台的监听地址")
    desk_port: int = Field(8001, description="律师工作台的端口")
    encoder: str = Field(
        "e5-small-zh", description="句向量模型：内置 e5-small-zh，或 sentence-transformers 的名称、路径"
    )
    encoder_threads: int = Field(2, description="编码与检索使用的线程数")
    embed_rest: bool = Field(
        True,
        description="启动后在后台为核心法律以外的法条算句向量；关掉时由 xiaofa index --all 来算，之前只用关键词找它们",
    )
    milvus_uri: str = Field("", description="法条向量放在哪个 Milvus（要另装 pymilvus）；留空就在进程里用 FAISS")
    milvus_token: str = Field("", repr=False, description="Milvus 的口令（用户名:密码）")
    answer_seconds: float = Field(3.5, description="网页等待回答的秒数，超过后改为稍后送达")
    rasa_seconds: float = Field(20.0, description="后台等待 Rasa 的最长秒数，超过算失败、重试")
    search_seconds: float = Field(2.0, description="bot 与 desk 查询 /search 的超时秒数")
    rate_per_minute: int = Field(30, description="每个会话每分钟最多消息数")
    max_text: int = Field(4000, description="一条消息最多字数，超过会请人分开发")
    in_flight: int = Field(8, description="bot 同时交给 Rasa 的消息数上限")
    lease_seconds: float = Field(30.0, description="每人消息处理租约的秒数，进程死掉后过期")
    secure_cookies: bool = Field(False, description="经 HTTPS 对外服务时设为 true")
    trusted_proxies: int = Field(0, description="前面有几层可信反向代理（取 X-Forwarded-For 用）")
    retention_days: int = Field(180, description="一个人多久没再来，就删掉他的全部信息（天）")
    firm: str = Field("", description="律师所在机构的名称，显示在转接提示里；留空就不写")
    office_hours: str = Field(
        "09:00-12:00,14:00-18:00", description="律师的工作时间（深圳，工作日），几段用逗号隔开；节假日见 docs/cases.md"
    )
    promise_now_hours: float = Field(1.0, description="最紧急的案件，承诺几个工作小时内有律师回复")
    promise_soon_hours: float = Field(4.0, description="较急的案件，承诺几个工作小时内有律师回复")
    promise_normal_hours: float = Field(8.0, description="一般案件，承诺几个工作小时内有律师回复")
    promise_warn_hours: float = Field(1.0, description="承诺到期前几个工作小时提醒律师")
    claim_hours: float = Field(1.0, description="接手时承诺快到期或已过期的，至少给律师几个工作小时写第一句话")
    auto_assign: bool = Field(False, description="工作时间内把排队的案件自动派给话题对口、手上最少的律师")
    waiting_days: int = Field(14, description="等本人回复多少天没有消息，案件先办结（会告诉本人）")
    closing_days: int = Field(30, description="办结后多少天没有再来，案件关闭")
    case_days: int = Field(365, description="案件关闭或撤回后保存多少天，到期删除")
    max_attachment: int = Field(10_000_000, description="一个附件最多多少字节")
    desk_url: str = Field("", description="工作台的网址，写在给律师的提醒里；留空就不写")
    smtp_host: str = Field("", description="发提醒邮件的 SMTP 服务器；留空就不发邮件")
    smtp_port: int = Field(465, description="SMTP 端口")
    smtp_security: Literal["tls", "starttls", "plain"] = Field(
        "tls", description="SMTP 的加密：tls、starttls；plain 不加密，只用于本机"
    )
    smtp_user: str = Field("", description="SMTP 用户名；留空就不登录")
    smtp_password: SecretStr = Field(SecretStr(""), description="SMTP 密码")
    smtp_from: str = Field("", description="提醒邮件的发件地址；留空用 smtp_user")
    metrics_public: bool = Field(False, description="/metrics 是否也回答别的机器（默认只回答本机）")
    log_level: str = Field("INFO", description="日志级别")
    clock_shift: float = Field(
        0.0,
        ge=-_TEN_YEARS,
        le=_TEN_YEARS,
        allow_inf_nan=False,
        description="只用于测试：全部进程的时钟比真实时间快多少秒（负数是慢），最多十年；对外服务时留 0",
    )
    public_url: str = Field("", description="对外的网址，例如 https://xiaofa.example；微信里的链接用它，留空就不给链接")
    operator: str = Field(
        "",
        description="运营单位的全称和联系方式，写进请人同意的说明（个人信息保护法第十七条），例如：某某中心（电话 …）",
    )
    wechat_app_id: str = Field("", description="微信服务号的 AppID；和令牌一样留空，微信渠道就不开")
    wechat_app_secret: SecretStr = Field(SecretStr(""), description="微信服务号的 AppSecret；没有它只能被动回复")
    wechat_token: SecretStr = Field(SecretStr(""), description="微信后台“服务器配置”里填的 Token")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="微信后台的 EncodingAESKey（43 个字符）")
    wechat_previous_aes_key: SecretStr = Field(SecretStr(""), description="换密钥时的上一把 EncodingAESKey")
    wechat_mode: Literal["plain", "compatible", "safe"] = Field(
        "safe", description="微信后台选的消息加解密方式：plain 明文、compatible 兼容、safe 安全"
    )
    wechat_customer_service: bool = Field(
        True, description="有没有客服消息接口（认证过的服务号才有）；false 就只用被动回复"
    )
    wechat_notice_template: str = Field("", description="“咨询已有回复”通知的模板编号；留空就不发通知，等本人再来")
    wechat_notice_kind: Literal["template", "subscription"] = Field(
        "template", description="通知的种类：template 模板消息，subscription 订阅通知（本人点过“订阅”才收得到）"
    )
    wechat_notice_field: str = Field("thing1", description="模板里放“您的咨询已有回复”的字段名")
    wechat_seconds: float = Field(
        4.0, gt=0, le=4.5, description="微信等待回答的秒数，超过后改为稍后送达；微信等 5 秒就断开"
    )
    wechat_recogniser: str = Field(
        "", description="语音转文字的程序，写成 包.模块:函数（见 docs/wechat.md）；留空就请人打字"
    )
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="微信接口的网址；演示和测试换成模拟服务器")

    @model_validator(mode="after")
    def _wechat_fits(self) -> Self:
        """A channel that is half set up would fail in front of people: say so at the start."""
        keys = (self.wechat_aes_key, self.wechat_previous_aes_key)
        if any(key.get_secret_value() and not _AES_KEY.fullmatch(key.get_secret_value()) for key in keys):
            raise ValueError("EncodingAESKey 应当是 43 个字母或数字")
        if self.wechat_on and self.wechat_mode != "plain" and not self.wechat_aes_key.get_secret_value():
            raise ValueError("微信的兼容模式和安全模式要有 EncodingAESKey（wechat_aes_key）")
        return self

    @model_validator(mode="after")
    def _mail_fits(self) -> Self:
        if self.smtp_host and "@" not in (self.smtp_from or self.smtp_user):
            raise ValueError("设了 smtp_host，就要有发件地址 smtp_from（或 smtp_user 是一个邮箱地址）")
        return self

    @property
    def wechat_on(self) -> bool:
        """Whether the WeChat channel is set up; without AppID and Token it is off."""
        return bool(self.wechat_app_id and self.wechat_token.get_secret_value())

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the main database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'xiaofa.db'}"

    @property
    def worker_sign(self) -> Path:
        """There once a worker has begun its rounds: it has no port that could be asked."""
        return self.data_dir / "worker-ready"

    @property
    def rasa_url(self) -> str:
        return f"http://{self.rasa_host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://{self.actions_host}:{self.actions_port}"

    @property
    def secrets(self) -> Secrets:
        """Keys of this installation, made on first use in `data_dir/secrets.json` (mode 0600)."""
        return load_secrets(self.data_dir)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises pydantic.ValidationError when a value does not fit; `xiaofa` turns that into one line.
    """
    return Settings()
