"""Places a person may send from the page's tray, where the company has named none of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map; degrees as WeCom sends them."""

    label: str
    latitude: float
    longitude: float


SPOTS = (
    Spot("上海市闵行区 虹桥火车站", 31.1942, 121.3209),
    Spot("北京市朝阳区 国贸大厦", 39.9087, 116.4605),
    Spot("广州市天河区 体育中心", 23.1371, 113.3250),
    Spot("徐州市云龙区 徐州东站", 34.2119, 117.2939),
    Spot("成都市高新区 天府软件园", 30.5436, 104.0668),
)
